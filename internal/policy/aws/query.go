package aws

import (
	"fmt"
	"strings"

	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/policy/aws/condition"
)

// query is a request with all that its decision needs looked up.
type query struct {
	estate  *Estate
	request *Request
	caller  caller

	principal, called string // Of the last request, so that the next may go on with them.

	index  int    // Of the action in the catalogue; -1 if it does not have it.
	action string // In lower case where index is -1.

	resource string // "*" where the action has no resource types.
	parts    [partCount]string
	isARN    bool
	owner    entitlement.SystemID // Account of the resource.
	home     *Account             // The same, if it is among the documents.
	guarded  *guarded             // The resource with its policy, if known.

	layers [layerCount]tally
	unsure []suspicion // Statements that may apply.
	room   []int32     // For the statements of a policy that are about the action.
	buffer [256]byte   // Room for a pattern with its variables filled in.
}

// suspicion is a statement that applies or not, depending on context.
type suspicion struct {
	layer Layer
	ref   reference
}

// open looks up everything about a request.
func (q *query) open(e *Estate, r *Request) error {
	if q.estate != e {
		q.principal, q.called = "", ""
	}
	q.estate, q.request = e, r
	q.unsure = q.unsure[:0]
	for i := range q.layers {
		q.layers[i].reset()
	}
	if err := q.openAction(r.Action); err != nil {
		return err
	}
	if err := q.openPrincipal(r.Principal); err != nil {
		return err
	}
	return q.openResource(r.Resource)
}

func (q *query) openPrincipal(principal string) error {
	if principal == q.principal && principal != "" {
		return nil
	}
	var err error
	q.principal = ""
	if q.caller, err = q.estate.caller(principal); err == nil {
		q.principal = principal
	}
	return err
}

func (q *query) openAction(action string) error {
	if action == q.called && action != "" {
		return nil
	}
	q.called = ""
	if i, ok := q.estate.cat.Index(entitlement.Action(action)); ok {
		q.index, q.action, q.called = i, "", action
		return nil
	}
	service, name, ok := strings.Cut(action, ":")
	if !ok || service == "" || name == "" || strings.ContainsAny(action, "*? \t\r\n") {
		return fmt.Errorf(`the action %q is not one action, as "s3:GetObject" is`, action)
	}
	q.index, q.action, q.called = -1, strings.ToLower(action), action
	return nil
}

// openResource finds the account and the policy of the resource. An action
// without resource types is on "*", whatever the request says: see
// https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html.
func (q *query) openResource(resource string) error {
	if resource == "" || q.index >= 0 && len(q.estate.cat.Info(q.index).ResourceTypes) == 0 {
		resource = "*"
	}
	q.resource, q.guarded = resource, nil
	q.owner, q.home = q.caller.system, q.caller.account
	if q.parts, q.isARN = splitARN(resource); !q.isARN {
		if resource != "*" {
			return fmt.Errorf(`the resource %q is neither "*" nor an ARN, as "arn:aws:s3:::bucket/key" is`, resource)
		}
		return nil
	}
	if account := entitlement.SystemID(q.parts[partAccount]); isAccountNumber(string(account)) {
		if account != q.owner {
			q.owner, q.home = account, q.estate.byID[account]
		}
	} else if a := q.estate.ownerOf(resource); a != nil {
		q.owner, q.home = a.System(), a
	} else if id, ok := q.toldOwner(); ok {
		q.owner, q.home = id, q.estate.byID[id]
	}
	if q.home != nil {
		q.guarded = q.home.guardedBy(resource)
	}
	return nil
}

// toldOwner is the resource's account where the request says it.
func (q *query) toldOwner() (entitlement.SystemID, bool) {
	if q.request.Context == nil {
		return "", false
	}
	v := q.request.Context.values["aws:resourceaccount"]
	return entitlement.SystemID(strings.Join(v, "")), len(v) == 1
}

// assumes reports whether the action is one of STS on a role, which the role's
// trust policy decides.
func (q *query) assumes() bool {
	return q.isARN && q.parts[partService] == "iam" && q.service() == "sts" && strings.HasPrefix(q.parts[partResource], "role/")
}

func (q *query) service() string {
	if q.index >= 0 {
		return q.estate.cat.Info(q.index).Service
	}
	service, _, _ := strings.Cut(q.action, ":")
	return service
}

// strict reports whether identity policies alone never suffice: for roles to
// assume and for KMS keys. See
// https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html.
func (q *query) strict() bool {
	return q.assumes() || q.isARN && q.parts[partService] == "kms" && strings.HasPrefix(q.parts[partResource], "key/")
}

// applies tells whether a statement about the action applies to the request,
// principals apart.
func (q *query) applies(a *Account, s *statement) condition.Truth {
	t := q.reaches(a, s)
	if t == condition.No || s.conditions == nil {
		return t
	}
	return t.And(s.conditions.Eval(q))
}

// concerns reports whether the statement is about an action that the catalogue
// does not have.
func (q *query) concerns(a *Account, s *statement) bool {
	for _, id := range s.actions {
		if a.matchesAction(id, q.action) {
			return !s.notActions
		}
	}
	return s.notActions
}

// reaches tells whether the statement is about the resource.
func (q *query) reaches(a *Account, s *statement) condition.Truth {
	if s.resources == nil {
		return condition.Yes // Of a policy of the resource itself.
	}
	if s.notResources {
		return q.outside(a, s)
	}
	t := condition.No
	for _, id := range s.resources {
		if t = t.Or(q.matches(a.patterns[id])); t == condition.Yes {
			break
		}
	}
	return t
}

// outside tells whether the resource is none of those of a NotResource element.
// A variable without a value makes the element match nothing, as it does in
// Resource, and not everything: see the note on variables that cannot be
// resolved in
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html.
func (q *query) outside(a *Account, s *statement) condition.Truth {
	t := condition.Yes
	for _, id := range s.resources {
		p := a.patterns[id]
		if t = t.And(q.matches(p).Not()); p.bound != nil {
			t = t.And(condition.Resolved(p.bound.variables, q))
		}
	}
	return t
}
