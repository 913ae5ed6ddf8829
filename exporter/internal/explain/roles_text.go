package explain

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/policy/decision"
)

// Text writes a decision for people: the verdict, why, and what would change
// it.
func (w *Roles) Text(out io.Writer, r *decision.Request, d *decision.Decision) error {
	var b strings.Builder
	b.WriteString(w.verdict(r, d) + "\n")
	section(&b, "Because", append(w.Because(r, d), w.misses(r, d)...))
	section(&b, heading(d.Verdict), w.remedies(r, d))
	section(&b, "Note", w.Notes(r))
	_, err := io.WriteString(out, b.String())
	return err
}

// Notes says what about a request may not be what its author means: an action
// that is not known, which may be misspelt.
func (w *Roles) Notes(r *decision.Request) []string {
	if _, known := w.catalog.Index(r.Action); known {
		return nil
	}
	return []string{string(r.Action) + " is not an action that the catalogue knows; check its spelling."}
}

func (w *Roles) verdict(r *decision.Request, d *decision.Decision) string {
	who, what := w.who(r.Principal), w.what(r)
	switch d.Verdict {
	case decision.Allowed:
		return fmt.Sprintf("Allowed: %s may call %s.", who, what)
	case decision.ExplicitlyDenied:
		return fmt.Sprintf("Denied: %s may not call %s; %s.", who, what, w.denier(d))
	case decision.Conditional:
		if len(d.Keys) == 0 && slices.ContainsFunc(d.Because, eligible) {
			return fmt.Sprintf("Conditional: %s may call %s once a role is activated.", who, what)
		}
		if len(d.Keys) == 0 {
			return fmt.Sprintf("Conditional: it is not known whether %s may call %s.", who, what)
		}
		return fmt.Sprintf("Conditional: whether %s may call %s depends on %s.", who, what, strings.Join(d.Keys, ", "))
	case decision.ImplicitlyDenied:
	}
	return fmt.Sprintf("Denied: %s may not call %s; no role allows it.", who, what)
}

func eligible(r decision.Reason) bool { return r.Kind == decision.EligibleAssignment }

func (w *Roles) who(id entitlement.IdentityID) string {
	switch id {
	case AllUsers:
		return "anybody at all"
	case AllAuthenticated:
		return "anybody with a Google account"
	}
	return string(w.identity(nil, id))
}

func (w *Roles) what(r *decision.Request) string {
	return string(r.Action) + " on " + string(w.scope(nil, r.Resource))
}

func (w *Roles) denier(d *decision.Decision) string {
	if slices.ContainsFunc(d.Because, func(r decision.Reason) bool { return r.Kind == decision.AccessBoundary }) {
		return "a principal access boundary does not reach so far"
	}
	if w.cloud == entitlement.Azure {
		return "a deny assignment takes it away"
	}
	return "a deny policy takes it away"
}

// remedies says what would make the decision another, or certain.
func (w *Roles) remedies(r *decision.Request, d *decision.Decision) []string {
	var list []string
	switch d.Verdict {
	case decision.Allowed:
	case decision.Conditional:
		for i := range d.Because {
			if reason := &d.Because[i]; eligible(*reason) {
				list = append(list, fmt.Sprintf("Activate the role %s on %s.", reason.RoleName, w.scope(nil, reason.Scope)))
			}
		}
		for _, k := range d.Keys {
			if strings.HasSuffix(k, " of the resource") || strings.HasPrefix(k, "condition ") { // No attribute.
				list = append(list, fmt.Sprintf("It hangs on the %s, which cannot be told from here.", k))
				continue
			}
			list = append(list, fmt.Sprintf("Give --context=%s, or --absent=%s if the request has no such attribute.", quoted(k+"=VALUE"), quoted(k)))
		}
	case decision.ExplicitlyDenied:
		for i := range d.Because {
			list = append(list, w.undo(r, &d.Because[i])...)
		}
	case decision.ImplicitlyDenied:
		list = append(list, fmt.Sprintf("Give %s, or a group that it is in, a role that has %s, on %s or above.", w.who(r.Principal), r.Action, w.scope(nil, r.Resource)))
		if roles := w.least(strings.ToLower(string(r.Action))); len(roles) > 0 {
			list = append(list, "Of the roles that have it these hold the least: "+strings.Join(roles, ", ")+".")
		}
	}
	return list
}

// undo says what would lift a denial.
func (w *Roles) undo(r *decision.Request, reason *decision.Reason) []string {
	switch reason.Kind {
	case decision.AccessBoundary:
		return []string{fmt.Sprintf("Add %s to the resources of the principal access boundary %s.", w.scope(nil, r.Resource), reason.Policy)}
	case decision.DenyPolicy:
		return []string{fmt.Sprintf("Except %s in rule %d of the deny policy %s, or remove the rule.", w.who(r.Principal), reason.Statement+1, reason.Policy)}
	case decision.DenyAssignment:
		if known := w.denials[reason.Policy]; known != nil && known.System {
			return []string{fmt.Sprintf("The deny assignment %s was made by Azure: change the blueprint, deployment stack or managed application that it protects.", reason.Policy)}
		}
		return []string{fmt.Sprintf("Exclude %s from the deny assignment %s, or remove it.", w.who(r.Principal), reason.Policy)}
	}
	return nil
}

// quoted is an attribute as a shell takes it.
func quoted(key string) string {
	if strings.ContainsAny(key, " @[]$&'\"()*") {
		return "'" + strings.ReplaceAll(key, "'", `'\''`) + "'"
	}
	return key
}
