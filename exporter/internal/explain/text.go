package explain

import (
	"fmt"
	"io"
	"slices"
	"strings"

	policy "github.com/leastward/leastward/internal/policy/aws"
)

// Text writes a decision for people: the verdict, why, and what would change
// it.
func (w *Words) Text(out io.Writer, r *policy.Request, d *policy.Decision) error {
	var b strings.Builder
	b.WriteString(Verdict(r, d) + "\n")
	misses := w.misses(r, d)
	because := w.Because(r, d)
	for i := range misses {
		because = append(because, w.wouldAllow(r, &misses[i]))
	}
	section(&b, "Because", because)
	section(&b, heading(d.Verdict), w.remedies(r, d, misses))
	section(&b, "Note", Notes(r))
	_, err := io.WriteString(out, b.String())
	return err
}

func section(b *strings.Builder, title string, lines []string) {
	if len(lines) == 0 {
		return
	}
	b.WriteString("\n" + title + ":\n")
	for _, l := range lines {
		b.WriteString("  - " + l + "\n")
	}
}

func heading(v policy.Verdict) string {
	if v == policy.Conditional {
		return "To have it decided"
	}
	return "To allow it"
}

// Verdict returns the decision as a sentence.
func Verdict(r *policy.Request, d *policy.Decision) string {
	what := fmt.Sprintf("%s on %s", r.Action, r.Resource)
	switch d.Verdict {
	case policy.Allowed:
		return fmt.Sprintf("Allowed: %s may call %s.", who(r), what)
	case policy.ExplicitlyDenied:
		return fmt.Sprintf("Denied: %s may not call %s; a statement denies it.", who(r), what)
	case policy.Conditional:
		if len(d.Keys) == 0 {
			return fmt.Sprintf("Conditional: it is not known whether %s may call %s.", who(r), what)
		}
		return fmt.Sprintf("Conditional: whether %s may call %s depends on %s.", who(r), what, strings.Join(d.Keys, ", "))
	case policy.ImplicitlyDenied:
	}
	return fmt.Sprintf("Denied: %s may not call %s; an Allow is missing.", who(r), what)
}

func who(r *policy.Request) string {
	if r.Principal == "*" {
		return "anybody without credentials"
	}
	return r.Principal
}

// remedies says what would make the decision another, or certain.
func (w *Words) remedies(r *policy.Request, d *policy.Decision, misses []miss) []string {
	if d.Verdict == policy.Allowed {
		return nil
	}
	var list []string
	if d.Verdict == policy.Conditional {
		for _, k := range d.Keys {
			list = append(list, fmt.Sprintf("Give --context %s=VALUE, or --absent %s if the request has no such key.", k, k))
		}
		return list
	}
	for i := range d.Because {
		met := w.meet(r, d.Because[i].Layer, misses)
		list = append(list, met...)
		if len(met) > 0 && d.Because[i].Layer == policy.TrustLayer {
			continue // It names the caller already.
		}
		if text := w.remedy(r, d, &d.Because[i]); text != "" {
			list = append(list, text)
		}
	}
	return list
}

func (w *Words) remedy(r *policy.Request, d *policy.Decision, reason *policy.Reason) string {
	if reason.Effect == policy.Deny {
		return fmt.Sprintf("Narrow or remove statement %d of %s%s.", reason.Statement+1, w.source(nil, r, reason), w.applies(d, reason))
	}
	switch reason.Layer {
	case policy.IdentityLayer:
		return fmt.Sprintf("Allow %s on %s in a policy of %s%s.", r.Action, r.Resource, r.Principal, orGroups(r))
	case policy.BoundaryLayer:
		return "Allow it in the permissions boundary" + spaced(reason.Policy) + ", too."
	case policy.SessionLayer:
		return "Allow it in the session policies, too, or start the session without them."
	case policy.ServiceControlLayer, policy.ResourceControlLayer:
		return string(w.level([]byte("Attach a control policy that allows it"), r, reason)) + "."
	case policy.ResourceLayer:
		return fmt.Sprintf("%s %s in the policy of %s.", w.orAllow(r, d), r.Principal, w.resourceOf(r, reason))
	case policy.TrustLayer:
		return fmt.Sprintf("Let the trust policy of %s name %s.", w.resourceOf(r, reason), r.Principal)
	case policy.BuiltInLayer:
	}
	return ""
}

func orGroups(r *policy.Request) string {
	if strings.Contains(r.Principal, ":user/") {
		return " or of one of its groups"
	}
	return ""
}

// orAllow begins the remedy in the policy of the resource, which within an
// account is instead of one in the policies of the identity.
func (w *Words) orAllow(r *policy.Request, d *policy.Decision) string {
	own, known := w.resource(r.Resource)
	instead := known && string(own.owner) == accountOf(r.Principal) && own.Type != "kms:key"
	missing := func(reason policy.Reason) bool { return reason.Layer == policy.IdentityLayer }
	if instead && slices.ContainsFunc(d.Because, missing) {
		return "Or allow"
	}
	return "Allow"
}

// applies says when a Deny applies, if that is not always.
func (w *Words) applies(d *policy.Decision, reason *policy.Reason) string {
	asked := w.asks(nil, d, reason)
	if len(asked) == 0 {
		return ""
	}
	return ", which applies" + strings.TrimPrefix(string(asked), ",")
}
