package aws

import (
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/leastward/leastward/internal/collect/records"
	"github.com/leastward/leastward/internal/collect/records/jsonscan"
	"github.com/leastward/leastward/internal/entitlement"
)

// ReadOrganization reads the name of the inventory's account, its place in the
// organisation and the service and resource control policies above it from one
// JSON document, put together from the output of the AWS CLI
// (docs/files-aws.md has a script):
//
//	{
//	  "Organization": {…},         describe-organization, the object within
//	  "Roots": [{…}],              list-roots
//	  "OrganizationalUnits": […],  list-organizational-units-for-parent, with "ParentId" added
//	  "Accounts": […],             list-accounts-for-parent, with "ParentId" added
//	  "Policies": [                describe-policy of each policy of type SERVICE_CONTROL_POLICY
//	    {"PolicySummary": {…},     and RESOURCE_CONTROL_POLICY, with the answer of
//	     "Content": "…",           list-targets-for-policy beside it
//	     "Targets": [{"TargetId": …}]}
//	  ]
//	}
//
// Read it after a file that tells which account the inventory is of. It is all
// or nothing: part of the policies would allow what is denied or the reverse.
// AWS's own policies that allow everything may lack their content, and a level
// without any service control policy has FullAWSAccess, which AWS attaches to
// each by itself and never lets go without another.
// https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_evaluation.html
func ReadOrganization(in io.Reader, name string, into *entitlement.Inventory) error {
	if into.System.ID == "" {
		return fmt.Errorf("read organisation %s: the account is not known yet; read its authorization details before", name)
	}
	o, err := readOrganization(in, name)
	if err != nil {
		return err
	}
	if err := o.apply(into); err != nil {
		return fmt.Errorf("read organisation %s: %w", name, err)
	}
	return nil
}

// readOrganizationOf reads the organisation of several accounts. One that it
// does not list is outside of it, which is a problem of that account; the only
// one with authorization details, of which there is detailed, must be listed.
func readOrganizationOf(path string, inventories []*entitlement.Inventory, detailed int) error {
	return eachFile(path, func(path string) error {
		return withFile(path, func(in io.Reader, name string) error {
			o, err := readOrganization(in, name)
			if err != nil {
				return err
			}
			return o.applyAll(inventories, detailed)
		})
	})
}

func (o *organization) applyAll(inventories []*entitlement.Inventory, detailed int) error {
	for i, inv := range inventories {
		err := o.apply(inv)
		switch {
		case errors.Is(err, errNotListed) && (i > 0 || detailed > 1):
			newInventoryReader(o.name, inv).problem(Incomplete, string(inv.System.ID), "is not among Accounts, so it counts as outside "+
				"of the organisation and no control policies apply; add it if it is a member")
		case err != nil:
			return fmt.Errorf("read organisation %s: account %s: %w", o.name, inv.System.ID, err)
		}
	}
	return nil
}

// organization is the document that ReadOrganization reads.
type organization struct {
	name           string // Of the file.
	id, management string
	features       string
	root           string
	types          map[string]bool   // Whether a type of policy is switched on; nil where the root does not say.
	parents        map[string]string // Of organisational units and accounts.
	accounts       []entitlement.SystemID
	names          map[string]string // Of accounts.
	services       controls
	resources      controls
}

// controls are the policies of one type.
type controls struct {
	policies map[entitlement.PolicyID]entitlement.Policy
	attached map[string][]entitlement.PolicyID
}

func newControls() controls {
	return controls{policies: map[entitlement.PolicyID]entitlement.Policy{}, attached: map[string][]entitlement.PolicyID{}}
}

func readOrganization(in io.Reader, name string) (*organization, error) {
	o := &organization{
		name: name, parents: map[string]string{}, names: map[string]string{},
		services: newControls(), resources: newControls(),
	}
	if err := records.ReadLists(in, name, o.element); err != nil {
		return nil, fmt.Errorf("read organisation: %w", err)
	}
	return o, nil
}

func (o *organization) element(e records.Element) error {
	if e.Value[0] != '{' {
		if e.List == "Policies" && e.N > 0 {
			return o.broken(e, "is no object; add the answer of describe-policy")
		}
		return nil
	}
	switch e.List {
	case "Organization":
		o.id = stringOf(memberOf(e.Value, "Id"))
		o.management = stringOf(memberOf(e.Value, "MasterAccountId"))
		o.features = stringOf(memberOf(e.Value, "FeatureSet"))
	case "Roots":
		o.rootOf(e.Value)
	case "OrganizationalUnits", "Accounts":
		id := stringOf(memberOf(e.Value, "Id"))
		o.parents[id] = stringOf(memberOf(e.Value, "ParentId"))
		if e.List == "Accounts" {
			o.accounts = append(o.accounts, entitlement.SystemID(id))
			o.names[id] = stringOf(memberOf(e.Value, "Name"))
		}
	case "Policies":
		return o.policy(e)
	}
	return nil
}

func (o *organization) broken(e records.Element, what string) error {
	return fmt.Errorf("%s: %s[%d] at byte %d: %s", o.name, e.List, e.N, e.Offset, what)
}

// rootOf reads the root and which types of policy it has enabled; a root that
// does not say is taken to have all.
func (o *organization) rootOf(value []byte) {
	o.root = stringOf(memberOf(value, "Id"))
	types := memberOf(value, "PolicyTypes")
	if types == nil {
		return
	}
	o.types = map[string]bool{}
	jsonscan.Elements(types, func(t []byte) {
		o.types[stringOf(memberOf(t, "Type"))] = stringOf(memberOf(t, "Status")) == "ENABLED"
	})
}

// has reports whether a type of policy is in force.
func (o *organization) has(kind string) bool {
	return o.features != "CONSOLIDATED_BILLING" && (o.types == nil || o.types[kind])
}

// policy reads a policy of a type that bounds access. One that does not say
// what it is or what it is attached to cannot be left out: it may deny.
func (o *organization) policy(e records.Element) error {
	summary := memberOf(e.Value, "PolicySummary")
	id := entitlement.PolicyID(stringOf(memberOf(summary, "Arn")))
	into := o.controlsOf(stringOf(memberOf(summary, "Type")), string(id))
	targets := memberOf(e.Value, "Targets")
	switch {
	case into == nil:
		return nil
	case id == "":
		return o.broken(e, "PolicySummary.Arn is missing; add the answer of describe-policy")
	case targets == nil:
		return o.broken(e, "Targets is missing; add the answer of list-targets-for-policy")
	}
	p := entitlement.Policy{
		ID: id, Name: stringOf(memberOf(summary, "Name")),
		Managed:  string(memberOf(summary, "AwsManaged")) == "true",
		Document: documentOf(memberOf(e.Value, "Content")),
	}
	if len(p.Document) == 0 {
		p.Document = knownDocument(stringOf(memberOf(summary, "Id")), string(id))
	}
	into.policies[id] = p
	jsonscan.Elements(targets, func(t []byte) {
		if target := stringOf(memberOf(t, "TargetId")); !slices.Contains(into.attached[target], id) {
			into.attached[target] = append(into.attached[target], id)
		}
	})
	return nil
}
