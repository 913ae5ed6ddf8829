package aws

import (
	"fmt"

	"github.com/leastward/leastward/internal/entitlement"
)

// tenant is an exported account as it was read.
type tenant struct {
	path      string
	inventory *entitlement.Inventory
	users     map[string]*entitlement.Identity // By name.
	groups    map[entitlement.IdentityID]*entitlement.Identity
}

func (t *tenant) user(name string) (*user, error) {
	id := t.users[name]
	switch problems := t.inventory.Problems; {
	case id == nil && len(problems) > 0:
		return nil, t.incomplete("it is not there, and the export could not be read whole: %s: %s", problems[0].Subject, problems[0].Message)
	case id == nil:
		return nil, &goneError{what: "is not in the exported file " + t.path}
	}
	u := &user{ARN: string(id.ID), Name: id.Name, ID: id.UniqueID, Boundary: string(id.Boundary), Tags: id.Tags}
	var err error
	if u.Attached, u.Inline, err = t.policies(id); err != nil {
		return nil, err
	}
	for _, of := range id.Groups {
		g := t.groups[of]
		if g == nil {
			return nil, t.incomplete("it has no group %s", of)
		}
		attached, own, err := t.policies(g)
		if err != nil {
			return nil, err
		}
		u.Groups = append(u.Groups, group{Name: g.Name, Attached: attached, Inline: own})
	}
	return u, nil
}

// policies returns the documents of an identity's policies. One that is missing
// is an error: a plan made without it would be wrong.
func (t *tenant) policies(id *entitlement.Identity) (attached []managed, own []inline, err error) {
	for _, pid := range id.Policies {
		p, ok := t.inventory.Policies[pid]
		if !ok || len(p.Document) == 0 {
			return nil, nil, t.incomplete("it has no document of policy %s", pid)
		}
		if p.Inline {
			own = append(own, inline{Name: p.Name, Document: tight(string(p.Document))})
		} else {
			attached = append(attached, managed{ARN: string(p.ID), Document: string(p.Document)})
		}
	}
	return attached, own, nil
}

func (t *tenant) incomplete(format string, args ...any) error {
	return remedied{
		fmt.Errorf("exported file %s: "+format, append([]any{t.path}, args...)...),
		"export it anew, without a filter and with all pages: aws iam get-account-authorization-details > " + t.path,
	}
}
