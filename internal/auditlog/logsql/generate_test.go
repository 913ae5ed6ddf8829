package logsql_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/auditlog/query"
	"github.com/leastward/leastward/internal/entitlement"
)

// odd are texts that a statement could stumble over.
func odd() []string {
	return []string{
		`"`, `\`, "`", `'`, `a"b`, `a\b`, `x\`, `y"x\`, ",", `","`, `["`, `a[`, "*", "a*b", "?", "(", ")", "|", "a | delete", "or", "and", "not", "in",
		"(?i)a", ".*", ".+", "[a-z]", "^a$", "$", "a b", " a", "a ", "\t", "a\nb", "\x00", "\x7f", "é", "É", "ß", "ſ", "K", "\u2028", "<a>", "&", "日本", "\U0001F600",
		"1", "0", "007", "1_000", "1000", "-1", "-0", "1.5", "1.50", "1e3", "10.0.0.1", "10.0.0.01", "2026-01-02T03:04:05Z", "true", "null", "NaN", "inf",
		"_time", "_msg:x", "{a=\"b\"}", "#x", "a#b", "!a", "-a", "=a", "~a", ">1", "1KB", "5m", "AKIA", "akia", "Akia7", "xAKIAx", "n", "u", "\\n", "\\u0000",
	}
}

// kind is how the values of a batch look, so that the engine stores columns in
// each of its ways.
type kind int

const (
	few kind = iota // Few different values: dictionaries and constants.
	strange
	numbers
	ordinary
	kinds
)

func (k kind) text(r *rand.Rand) string {
	if r.IntN(6) == 0 {
		return ""
	}
	switch k {
	case few:
		return []string{"ana", "Ana", "bob"}[r.IntN(3)]
	case numbers:
		return fmt.Sprint(r.IntN(3000))
	case strange:
		return odd()[r.IntN(len(odd()))]
	case ordinary, kinds:
	}
	return fmt.Sprintf("%s-%d", []string{"ci", "Deploy", "AKIA", "ops_x"}[r.IntN(4)], r.IntN(40))
}

func (k kind) address(r *rand.Rand) string {
	if k == numbers || r.IntN(3) == 0 {
		return fmt.Sprintf("10.%d.0.%d", r.IntN(3), r.IntN(4))
	}
	return []string{"s3.amazonaws.com", "", "2001:db8::1", "2001:db8:1::2", "::ffff:10.0.0.1", "AWS Internal", "192.168.1.1", "::1"}[r.IntN(8)]
}

func actions(r *rand.Rand) []entitlement.Action {
	all := []entitlement.Action{"iam:CreateUser", "iam:PassRole", "s3:GetObject", "ec2:RunInstances", "s3:ListAllMyBuckets", "leastward:ApprovePlan", "odd:*"}
	var out []entitlement.Action
	for range []int{0, 1, 1, 1, 2, 3}[r.IntN(6)] {
		out = append(out, all[r.IntN(len(all))])
	}
	return out
}

func (k kind) resources(r *rand.Rand) []auditlog.Resource {
	var out []auditlog.Resource
	for range []int{0, 1, 1, 2, 3}[r.IntN(5)] {
		res := auditlog.Resource{ID: entitlement.ResourceID(k.text(r)), Type: []string{"", "AWS::S3::Bucket", "b,c"}[r.IntN(3)]}
		if res != (auditlog.Resource{}) {
			out = append(out, res)
		}
	}
	return out
}

func (k kind) issued(r *rand.Rand) []entitlement.AccessKeyID {
	var out []entitlement.AccessKeyID
	for range []int{0, 0, 0, 1, 2}[r.IntN(5)] {
		if v := k.text(r); v != "" {
			out = append(out, entitlement.AccessKeyID(v))
		}
	}
	return out
}

func start() time.Time { return time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC) }

// event draws an event. Times repeat.
func (k kind) event(r *rand.Rand, id string) stored {
	t := start().Add(time.Duration(r.IntN(100))*time.Hour + time.Duration(r.IntN(3)))
	system := entitlement.SystemID([]string{"111122223333", "000011112222", "odd \"system\""}[r.IntN(3)])
	ev := stored{Ingested: t.Add(time.Duration(r.IntN(1000))), Event: auditlog.Event{
		ID: id, Time: t, Cloud: []entitlement.Cloud{entitlement.AWS, entitlement.Platform}[r.IntN(2)], System: system,
		Identity:     entitlement.IdentityID([]string{"arn:aws:iam::111122223333:role/Deploy", "arn:aws:iam::111122223333:user/ana", ""}[r.IntN(3)]),
		IdentityType: k.text(r), IdentityName: k.text(r), Session: k.text(r), AccessKey: entitlement.AccessKeyID(k.text(r)),
		Source: k.text(r), Name: k.text(r), Actions: actions(r), Resources: k.resources(r), Issued: k.issued(r),
		Outcome:   []auditlog.Outcome{auditlog.Success, auditlog.AuthorizationFailure, auditlog.Error}[r.IntN(3)],
		ErrorCode: k.text(r), ErrorText: k.text(r), Address: k.address(r), UserAgent: k.text(r), Region: k.text(r),
		ReadOnly: r.IntN(2) == 0, DataEvent: r.IntN(2) == 0, ByService: r.IntN(2) == 0,
		RequestID: k.text(r), InvokedBy: k.text(r), Detail: strings.TrimSpace(k.text(r) + " " + k.text(r)),
	}}
	if len(ev.Actions) > 0 {
		ev.Mapping = auditlog.Mapped
	}
	return ev
}

func batches(r *rand.Rand, size int) (all [][]stored, flat []stored) {
	for k := range 2 * kinds {
		var batch []stored
		for i := range size {
			batch = append(batch, (k%kinds).event(r, fmt.Sprintf("%d-%04d", k, i)))
		}
		all, flat = append(all, batch), append(flat, batch...)
	}
	return all, flat
}

// node draws a condition that is valid, from the values that events have.
func node(r *rand.Rand, depth int, events []stored) query.Node {
	if depth == 0 || r.IntN(3) == 0 {
		return leaf(r, events)
	}
	n := query.Node{Disabled: r.IntN(12) == 0}
	var list []query.Node
	for range 1 + r.IntN(3) {
		list = append(list, node(r, depth-1, events))
	}
	switch r.IntN(3) {
	case 0:
		n.All = list
	case 1:
		n.Any = list
	default:
		n.Not = &list[0]
	}
	return n
}

func leaf(r *rand.Rand, events []stored) query.Node {
	fields := query.Fields()
	info := fields[r.IntN(len(fields))]
	n := query.Node{Field: info.Name, Operator: info.Operators[r.IntN(len(info.Operators))]}
	plain, _ := n.Operator.Plain()
	if plain == query.Exists {
		return n
	}
	n.Values = []string{value(r, info, plain, events)}
	for plain != query.Greater && plain != query.Less && r.IntN(2) == 0 {
		n.Values = append(n.Values, value(r, info, plain, events))
	}
	return n
}

func value(r *rand.Rand, info query.Info, op query.Operator, events []stored) string {
	v := somebody(r, info, events)
	switch {
	case op == query.InCIDR:
		return []string{"10.0.0.0/8", "10.1.0.0/16", "10.0.0.1/32", "0.0.0.0/0", "2001:db8::/32", "2001:db8::1/128", "::/0", "::ffff:0:0/96", "192.168.0.0/15"}[r.IntN(9)]
	case op == query.Contains:
		return piece(r, swap(r, v))
	case op == query.Matches:
		return pattern(r, swap(r, v))
	case info.Name == query.Action && r.IntN(2) == 0:
		return swap(r, v)
	}
	return v
}

// somebody returns a value that an event has in the field, or an odd one.
func somebody(r *rand.Rand, info query.Info, events []stored) string {
	if info.Name == query.Folder {
		return []string{"production", "nothing", "none"}[r.IntN(3)]
	}
	if info.Kind == query.KindTag {
		return []string{"team", "team=a", "none"}[r.IntN(3)]
	}
	have := valuesOf(info.Name, &events[r.IntN(len(events))])
	if len(have) > 0 && r.IntN(5) > 0 {
		return have[r.IntN(len(have))]
	}
	switch {
	case len(info.Values) > 0:
		return info.Values[r.IntN(len(info.Values))]
	case info.Kind == query.KindTime:
		return start().Add(time.Duration(r.IntN(100)) * time.Hour).Format(time.RFC3339Nano)
	}
	return odd()[r.IntN(len(odd()))]
}

// swap changes the case of some letters.
func swap(r *rand.Rand, s string) string {
	switch r.IntN(3) {
	case 0:
		return strings.ToUpper(s)
	case 1:
		return strings.ToLower(s)
	}
	return s
}

func piece(r *rand.Rand, s string) string {
	runes := []rune(s)
	from := r.IntN(len(runes))
	return string(runes[from : from+1+r.IntN(len(runes)-from)])
}

// pattern replaces pieces of an escaped text by wildcards.
func pattern(r *rand.Rand, s string) string {
	var out strings.Builder
	for _, c := range s {
		switch r.IntN(6) {
		case 0:
			out.WriteByte('*')
		case 1:
			out.WriteByte('?')
		default:
			out.WriteString(query.EscapePattern(string(c)))
		}
	}
	return []string{"*", "", ""}[r.IntN(3)] + out.String() + []string{"*", "", ""}[r.IntN(3)]
}
