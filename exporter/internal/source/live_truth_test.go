package source_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/usage"
)

func users() []string { return []string{"ada", "bob", "cleo"} }

// record is one event and what it means.
type record struct {
	id   string
	user string
	kind kind
	at   time.Time
}

// kind is a kind of call.
type kind struct {
	source, name, code, shape string
	action                    entitlement.Action
	is                        usage.Disposition
}

func kinds() []kind {
	return []kind{
		{source: "ec2", name: "DescribeInstances", action: "ec2:DescribeInstances", is: usage.Used},
		{source: "iam", name: "ListUsers", action: "iam:ListUsers", is: usage.Used},
		{source: "iam", name: "CreateUser", code: "AccessDenied", action: "iam:CreateUser", is: usage.Denied},
		{source: "ec2", name: "DescribeInstances", code: "Client.UnauthorizedOperation", action: "ec2:DescribeInstances", is: usage.Denied},
		{source: "signin", name: "ConsoleLogin", shape: "AwsConsoleSignIn", is: usage.NotPermissionBearing},
		{source: "nosuchservice", name: "ConjureThing", is: usage.Unmapped},
		{source: "sts", name: "DecodeAuthorizationMessage", code: "ValidationError", action: "sts:DecodeAuthorizationMessage", is: usage.Used},
	}
}

// records makes n events, the last one at until and the others a step apart.
// Every user does everything, given enough of them.
func records(from, n int, until time.Time, step time.Duration) []record {
	var list []record
	for i := range n {
		k := from + i
		list = append(list, record{
			id:   fmt.Sprintf("%08x-0000-4000-8000-%012x", k, k),
			user: users()[k%len(users())],
			kind: kinds()[k%len(kinds())],
			at:   until.Add(-time.Duration(n-1-i) * step).UTC().Truncate(time.Second),
		})
	}
	return list
}

func (c *cloud) arn(user string) entitlement.IdentityID {
	return entitlement.IdentityID("arn:aws:iam::" + c.account + ":user/" + user)
}

func (c *cloud) json(r record, region string) string {
	shape, code := r.kind.shape, ""
	if shape == "" {
		shape = "AwsApiCall"
	}
	if r.kind.code != "" {
		code = fmt.Sprintf(`"errorCode":%q,"errorMessage":"no",`, r.kind.code)
	}
	return fmt.Sprintf(`{"eventVersion":"1.11","userIdentity":{"type":"IAMUser","principalId":"AIDAEXAMPLE","arn":%q,"accountId":%q,"userName":%q},`+
		`"eventTime":%q,"eventSource":"%s.amazonaws.com","eventName":%q,"awsRegion":%q,"sourceIPAddress":"192.0.2.10",%s`+
		`"requestParameters":null,"responseElements":{"ConsoleLogin":"Success"},"eventID":%q,"eventType":%q,"managementEvent":true,"recipientAccountId":%q}`,
		c.arn(r.user), c.account, r.user, r.at.Format(time.RFC3339), r.kind.source, r.kind.name, region, code, r.id, shape, c.account)
}

func (c *cloud) file(t *testing.T, region string, records []record) string {
	t.Helper()
	var texts []string
	for _, r := range records {
		texts = append(texts, c.json(r, region))
	}
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, err := fmt.Fprintf(w, `{"Records":[%s]}`, strings.Join(texts, ","))
	if err = errors.Join(err, w.Close()); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// deed is what an index says of one identity.
type deed struct {
	Seen, Active time.Time
	Uses         map[entitlement.Action]entitlement.ActionUse
}

// truth is what an index says.
type truth struct {
	Counts usage.Counts
	Deeds  map[entitlement.IdentityID]deed
}

// truth adds the records up by hand, each of them once.
func (c *cloud) truth(records ...record) truth {
	all := truth{Deeds: map[entitlement.IdentityID]deed{}}
	for _, r := range records {
		id := c.arn(r.user)
		d, known := all.Deeds[id]
		if !known {
			d.Uses = map[entitlement.Action]entitlement.ActionUse{}
		}
		d.Seen = later(d.Seen, r.at)
		if r.kind.is != usage.Denied {
			d.Active = later(d.Active, r.at)
		}
		if r.kind.action != "" {
			d.Uses[r.kind.action] = with(d.Uses[r.kind.action], r)
		}
		all.Deeds[id] = d
		*counter(&all.Counts, r.kind.is)++
	}
	return all
}

func with(use entitlement.ActionUse, r record) entitlement.ActionUse {
	if r.kind.is == usage.Denied {
		use.Denied++
		use.LastDenied = later(use.LastDenied, r.at)
		return use
	}
	use.Count++
	if use.First.IsZero() || r.at.Before(use.First) {
		use.First = r.at
	}
	use.Last = later(use.Last, r.at)
	return use
}

func counter(c *usage.Counts, d usage.Disposition) *int64 {
	return map[usage.Disposition]*int64{
		usage.Used: &c.Used, usage.Denied: &c.Denied,
		usage.NotPermissionBearing: &c.NotPermissionBearing, usage.Unmapped: &c.Unmapped,
	}[d]
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// told returns all that an index says.
func told(x *usage.Index) truth {
	all := truth{Counts: x.Counts(), Deeds: map[entitlement.IdentityID]deed{}}
	for _, id := range x.Identities() {
		u := x.Usage(id, time.Unix(0, 0), time.Now().AddDate(1, 0, 0))
		d := deed{Seen: x.LastSeen(id), Active: u.LastActive, Uses: map[entitlement.Action]entitlement.ActionUse{}}
		for i, use := range u.Actions {
			d.Uses[catalog.AWS().Info(i).Action] = use
		}
		maps.Copy(d.Uses, u.Literal)
		all.Deeds[id] = d
	}
	return all
}

func same(t *testing.T, what string, want truth, x *usage.Index) {
	t.Helper()
	if diff := cmp.Diff(want, told(x)); diff != "" {
		t.Errorf("%s: usage (-true +told):\n%s", what, diff)
	}
}
