package aws_test

import (
	"maps"
	"slices"
	"strings"

	"github.com/leastward/leastward/internal/entitlement"
)

// open is a key, or a hole in the documents, with what it may be.
type open struct {
	name    string
	options [][]string // Values of a key; none: absent.
}

// The names of what is open beside context keys.
const (
	openSession = "session"
	openHole    = "hole "
)

func either(values ...string) (out [][]string) {
	for _, v := range values {
		if v == "" {
			out = append(out, nil)
		} else {
			out = append(out, []string{v})
		}
	}
	return out
}

// unknown lists all keys of the scenes that no document tells, with values that
// the policies name and others.
func unknown() map[string][][]string {
	return map[string][][]string{
		"aws:multifactorauthpresent": either("", "true", "false"),
		"aws:sourceaccount":          either("", account, other),
		"sts:externalid":             either("", "x1", "x2"),
		"aws:requestedregion":        either("", "eu-west-1", "us-east-1"),
		"aws:securetransport":        either("", "true", "false"),
		"aws:tagkeys":                {nil, {"a"}, {"a", "c"}},
		"aws:principalarn":           either("", app, "arn:aws:iam::"+third+":role/x/visitor", "arn:aws:iam::"+third+":user/eve"),
		"aws:principalaccount":       either(account, third),
		"aws:principaltype":          either("User", "AssumedRole"),
		"aws:principalisawsservice":  either("", "true", "false"),
		"aws:principalorgid":         either("", "o-1", "o-2"),
		"aws:principalorgpaths":      either("", "o-1/r/ou/", "o-2/r/"),
		"aws:principaltag/team":      either("", "blue", "red"),
		"aws:userid":                 either("AIDAALICE", "AROAAPP:build-7", "AROAX:y"),
		"kms:calleraccount":          either("", account, other),
		"aws:tokenissuetime":         either("", "2020-01-01T00:00:00Z", "2030-01-01T00:00:00Z"),
		"aws:resourceaccount":        either("", account, other, third),
		"aws:resourceorgid":          either("", "o-1", "o-2"),
		"aws:resourcetag/team":       either("", "blue", "red"),
		"aws:username":               either("", "alice"),
	}
}

// verbatim lists the variables that keys are compared with, which are plain
// text in old policies.
func verbatim() map[string]string {
	return map[string]string{
		"aws:principaltag/team": "${aws:ResourceTag/team}", "aws:resourcetag/team": "${aws:PrincipalTag/team, 'red'}",
		"aws:resourceaccount": "${aws:PrincipalAccount}", "aws:resourceorgid": "${aws:PrincipalOrgID}",
	}
}

// ofCaller tells what follows from who calls.
func (w *world) ofCaller(ctx map[string][]string) {
	p := &w.who
	ctx["aws:username"] = nil
	switch p.kind {
	case "anybody":
		ctx["aws:principalaccount"], ctx["aws:principaltype"], ctx["aws:userid"] = []string{"anonymous"}, []string{"Anonymous"}, []string{"anonymous"}
		ctx["aws:principalisawsservice"] = nil
		w.ofNobody(ctx)
		return
	case "service":
		ctx["aws:principalisawsservice"] = []string{"true"}
		w.ofNobody(ctx)
		return
	case "provider":
		w.ofNobody(ctx)
		return
	case "user":
		ctx["aws:username"] = []string{p.arn[strings.LastIndex(p.arn, "/")+1:]}
	case "root":
		ctx["aws:userid"], ctx["aws:principaltag/team"] = []string{string(p.account)}, nil
	}
	if p.arn != "" {
		ctx["aws:principalarn"] = []string{p.arn}
	}
	ctx["aws:principalaccount"], ctx["kms:calleraccount"] = []string{string(p.account)}, []string{string(p.account)}
	ctx["aws:principaltype"] = map[string][]string{"user": {"User"}, "session": {"AssumedRole"}, "root": {"Account"}}[p.kind]
	ctx["aws:principalisawsservice"] = []string{"false"}
	w.ofOrganization(ctx, "aws:principalorgid", "aws:principalorgpaths", p.inventory)
	w.ofIdentity(ctx)
}

func (w *world) ofNobody(ctx map[string][]string) {
	for _, k := range []string{"aws:principalarn", "aws:principalorgid", "aws:principalorgpaths", "aws:principaltag/team"} {
		ctx[k] = nil
	}
}

func (w *world) ofOrganization(ctx map[string][]string, id, path string, inv *entitlement.Inventory) {
	if inv == nil || inv.Organization == nil {
		return
	}
	ctx[id] = []string{inv.Organization.ID}
	ctx[path] = []string{inv.Organization.Path}
}

func (w *world) ofIdentity(ctx map[string][]string) {
	p := &w.who
	if p.identity == nil {
		return
	}
	if p.identity.UniqueID != "" && p.kind == "user" {
		ctx["aws:userid"] = []string{p.identity.UniqueID}
	}
	if p.identity.UniqueID != "" && p.session != "" {
		ctx["aws:userid"] = []string{p.identity.UniqueID + ":" + p.session[strings.LastIndex(p.session, "/")+1:]}
	}
	for _, st := range w.texts.statements(string(p.identity.Trust)) {
		if p.kind == "session" && st.Effect == "Allow" && st.about(w.texts, "sts:TagSession") {
			return // A session may bring tags, which also go before those of the role.
		}
	}
	ctx["aws:principaltag/team"] = tagged(p.identity.Tags)
}

func tagged(tags map[string]string) []string {
	if v, ok := tags["Team"]; ok {
		return []string{v}
	}
	return nil
}

// ofResource tells what follows from the resource.
func (w *world) ofResource(ctx map[string][]string) {
	_, held := w.holder()
	if w.resource == "*" {
		return
	}
	inv := w.inventory(w.owner())
	if held != nil || strings.Split(w.resource, ":")[4] != "" {
		ctx["aws:resourceaccount"] = []string{string(w.owner())}
		w.ofOrganization(ctx, "aws:resourceorgid", "aws:resourceorgpaths", inv)
	}
	if held != nil && string(held.ID) == w.resource && held.Tags != nil {
		ctx["aws:resourcetag/team"] = tagged(held.Tags)
	}
	for i := 0; inv != nil && i < len(inv.Identities); i++ {
		if string(inv.Identities[i].ID) == w.resource {
			ctx["aws:resourcetag/team"] = tagged(inv.Identities[i].Tags)
		}
	}
}

// opens lists what is not known of the request and is spoken of by a policy
// that is read for it, with the statements about its action, and makes the
// context of what is known.
func (w *world) opens(told map[string][]string) (out []open, heard string) {
	w.context = map[string][]string{}
	w.ofResource(w.context)
	w.ofCaller(w.context)
	maps.Copy(w.context, told)
	heard = w.listen()
	for k, options := range unknown() {
		if _, known := w.context[k]; known || !strings.Contains(heard, k) {
			continue
		}
		if k == "aws:tokenissuetime" && w.who.kind == "session" ||
			k == "aws:principaltag/team" && w.who.identity != nil && w.who.identity.Tags["Team"] != "" {
			options = options[1:] // It is there: of tags the role's own, or the session's.
		}
		if k == "aws:principaltag/team" && strings.HasPrefix(w.resource, "arn:aws:s3:::") { // It stands for parts of ARNs.
			path := strings.Split(w.resource[len("arn:aws:s3:::"):], "/")
			options = append(slices.Clip(options), path[:1], path[len(path)-1:])
		}
		if text, ok := verbatim()[k]; ok && strings.Contains(heard, oldMark) {
			options = append(slices.Clip(options), []string{text})
		}
		out = append(out, open{k, options})
	}
	if w.who.kind == "session" && w.who.session == "" {
		name := w.who.arn[strings.LastIndex(w.who.arn, "/")+1:]
		session := "arn:aws:sts::" + string(w.who.account) + ":assumed-role/" + name + "/"
		out = append(out, open{openSession, either(session+"build-7", session+"sky")})
	}
	slices.SortFunc(out, func(a, b open) int { return strings.Compare(a.name, b.name) })
	return append(out, w.holes()...), heard
}

// listen returns the statements about the action, and notes the holes.
func (w *world) listen() string {
	var b strings.Builder
	w.hear = func(statement string) { b.WriteString(statement + "\n") }
	w.decide()
	w.hear = nil
	return b.String()
}

// holes lists the documents that are missing with what they may be.
func (w *world) holes() (out []open) {
	full, none := allow("*", "*"), deny("*", "*")
	for _, name := range w.lacking {
		o := open{openHole + name, either("", full, none)}
		if strings.HasPrefix(name, "arn:") || strings.Contains(name, "rcp") {
			o.options = either("", share("Allow", `"*"`, "*", "*"), share("Deny", `"*"`, "*", "*"))
		}
		out = append(out, o)
	}
	return out
}

// complete answers the request in each way in which what is open may be.
func (w *world) complete(opens []open) map[string]bool {
	if len(opens) == 0 {
		return map[string]bool{w.decide(): true}
	}
	verdicts := map[string]bool{}
	o := opens[0]
	for _, v := range o.options {
		w.fill(o.name, v)
		for verdict := range w.complete(opens[1:]) {
			verdicts[verdict] = true
		}
	}
	return verdicts
}

func (w *world) fill(name string, v []string) {
	hole, ok := strings.CutPrefix(name, openHole)
	switch {
	case ok:
		w.filled[hole] = strings.Join(v, "")
	case name == openSession:
		w.who.session = v[0]
		if w.who.identity != nil && w.who.identity.UniqueID != "" {
			w.context["aws:userid"] = []string{w.who.identity.UniqueID + ":" + v[0][strings.LastIndex(v[0], "/")+1:]}
		}
	default:
		w.context[name] = v
	}
}
