package aws

import (
	"fmt"
	"io"
	"slices"

	"github.com/leastward/leastward/internal/entitlement"
)

// ReadOrganization reads the name of the inventory's account and the service
// control policies above it from one JSON document, put together from the
// output of the AWS CLI (docs/files-aws.md has a script):
//
//	{
//	  "Organization": {…},         describe-organization, the object within
//	  "Roots": [{…}],              list-roots
//	  "OrganizationalUnits": […],  list-organizational-units-for-parent, with "ParentId" added
//	  "Accounts": […],             list-accounts-for-parent, with "ParentId" added
//	  "Policies": [                describe-policy of each policy of type SERVICE_CONTROL_POLICY,
//	    {"PolicySummary": {…},     with the answer of list-targets-for-policy beside it
//	     "Content": "…",
//	     "Targets": [{"TargetId": …}]}
//	  ]
//	}
//
// Read it after a file that tells which account the inventory is of. It is all
// or nothing: part of the policies would allow what is denied or the reverse.
// https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_evaluation.html
func ReadOrganization(in io.Reader, name string, into *entitlement.Inventory) error {
	o := &organizationReader{
		inventoryReader: newInventoryReader(name, into),
		parents:         map[string]string{}, attached: map[string][]entitlement.PolicyID{},
		policies: map[entitlement.PolicyID]entitlement.Policy{},
	}
	if into.System.ID == "" {
		return fmt.Errorf("read organisation %s: the account is not known yet; read its authorization details before", name)
	}
	if err := readLists(in, name, o.element); err != nil {
		return fmt.Errorf("read organisation: %w", err)
	}
	if err := o.apply(); err != nil {
		return fmt.Errorf("read organisation %s: %w", name, err)
	}
	return nil
}

type organizationReader struct {
	*inventoryReader
	management string
	features   string
	root       string
	off        bool              // Service control policies are switched off.
	parents    map[string]string // Of organisational units and accounts.
	account    string            // Name of the inventory's account.
	attached   map[string][]entitlement.PolicyID
	policies   map[entitlement.PolicyID]entitlement.Policy
}

func (o *organizationReader) element(e element) error {
	if e.value[0] != '{' {
		return nil
	}
	switch e.list {
	case "Organization":
		o.management = stringOf(memberOf(e.value, "MasterAccountId"))
		o.features = stringOf(memberOf(e.value, "FeatureSet"))
	case "Roots":
		o.rootOf(e.value)
	case "OrganizationalUnits", "Accounts":
		id := stringOf(memberOf(e.value, "Id"))
		o.parents[id] = stringOf(memberOf(e.value, "ParentId"))
		if id == string(o.into.System.ID) {
			o.account = stringOf(memberOf(e.value, "Name"))
		}
	case "Policies":
		o.policy(e)
	}
	return nil
}

// rootOf reads the root and whether it has service control policies enabled; a
// root that does not say is taken to have.
func (o *organizationReader) rootOf(value []byte) {
	o.root = stringOf(memberOf(value, "Id"))
	types := memberOf(value, "PolicyTypes")
	o.off = types != nil
	elements(types, func(t []byte) {
		if stringOf(memberOf(t, "Type")) == "SERVICE_CONTROL_POLICY" && stringOf(memberOf(t, "Status")) == "ENABLED" {
			o.off = false
		}
	})
}

func (o *organizationReader) policy(e element) {
	summary := memberOf(e.value, "PolicySummary")
	id := entitlement.PolicyID(stringOf(memberOf(summary, "Arn")))
	kind := stringOf(memberOf(summary, "Type"))
	if id == "" || kind != "" && kind != "SERVICE_CONTROL_POLICY" {
		return
	}
	o.policies[id] = entitlement.Policy{
		ID: id, Name: stringOf(memberOf(summary, "Name")),
		Managed:  string(memberOf(summary, "AwsManaged")) == "true",
		Document: documentOf(memberOf(e.value, "Content")),
	}
	elements(memberOf(e.value, "Targets"), func(t []byte) {
		if target := stringOf(memberOf(t, "TargetId")); !slices.Contains(o.attached[target], id) {
			o.attached[target] = append(o.attached[target], id)
		}
	})
}

// apply sets the controls, unless none apply: the management account is exempt.
func (o *organizationReader) apply() error {
	system := &o.into.System
	if o.account != "" && system.Name == "" {
		system.Name = o.account
	}
	if o.management == string(system.ID) || o.features == "CONSOLIDATED_BILLING" || o.off {
		return nil
	}
	path, err := o.path()
	if err != nil {
		return err
	}
	controls, err := o.levels(path)
	if err != nil {
		return err
	}
	o.into.Controls = controls
	for _, level := range controls {
		for _, id := range level {
			o.into.Policies[id] = o.policies[id]
		}
	}
	return nil
}

// path returns the ids from the root to the account.
func (o *organizationReader) path() ([]string, error) {
	at := string(o.into.System.ID)
	path := []string{at}
	for at != o.root {
		parent := o.parents[at]
		switch {
		case parent == "":
			return nil, fmt.Errorf("%s has no ParentId, or is not in Accounts and OrganizationalUnits; "+
				"list every account and unit with its parent", at)
		case slices.Contains(path, parent):
			return nil, fmt.Errorf("%s is its own ancestor; check the ParentIds", parent)
		}
		at = parent
		path = append(path, at)
	}
	slices.Reverse(path)
	return path, nil
}

// levels returns the policies of each level. While service control policies are
// enabled, every level has at least one:
// https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_attach.html
func (o *organizationReader) levels(path []string) ([][]entitlement.PolicyID, error) {
	var controls [][]entitlement.PolicyID
	for _, target := range path {
		level := o.attached[target]
		if len(level) == 0 {
			return nil, fmt.Errorf("no policy in Policies has %s among its Targets, and AWS allows no level without one; "+
				"add the missing policies or targets", target)
		}
		for _, id := range level {
			if len(o.policies[id].Document) == 0 {
				return nil, fmt.Errorf("policy %s has no Content; add the answer of describe-policy", id)
			}
		}
		controls = append(controls, level)
	}
	return controls, nil
}
