package aws

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/leastward/leastward/internal/entitlement"
)

// The types of policy that bound what an account allows.
const (
	serviceControl  = "SERVICE_CONTROL_POLICY"
	resourceControl = "RESOURCE_CONTROL_POLICY"
)

// The policies that AWS attaches to every level by itself.
// https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html
const (
	fullServiceAccess  = "p-FullAWSAccess"
	fullResourceAccess = "p-RCPFullAWSAccess"
	fullServiceARN     = "arn:aws:organizations::aws:policy/service_control_policy/" + fullServiceAccess
)

// errNotListed tells that the organisation does not list the account.
var errNotListed = errors.New("list every account and unit with its parent")

// controlsOf returns where policies of a type go, nil for types that bound no
// access. A policy that does not say its type is told by its ARN.
func (o *organization) controlsOf(kind, arn string) *controls {
	if kind == "" && strings.Contains(arn, "/resource_control_policy/") {
		kind = resourceControl
	}
	switch kind {
	case "", serviceControl:
		return &o.services
	case resourceControl:
		return &o.resources
	}
	return nil
}

// knownDocument returns the content of AWS's own policies that allow
// everything, nil for all others.
func knownDocument(id, arn string) []byte {
	switch {
	case id == fullServiceAccess || strings.HasSuffix(arn, "/"+fullServiceAccess):
		return []byte(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}`)
	case id == fullResourceAccess || strings.HasSuffix(arn, "/"+fullResourceAccess):
		return []byte(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}]}`)
	}
	return nil
}

// apply sets what the organisation is to the account. No control policies bind
// the management account:
// https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html
func (o *organization) apply(into *entitlement.Inventory) error {
	account := string(into.System.ID)
	if into.System.Name == "" {
		into.System.Name = o.names[account]
	}
	path, err := o.path(account)
	bound := account != o.management && (o.has(serviceControl) || o.has(resourceControl))
	if err != nil && bound {
		return err
	}
	services, err := o.services.levels(path, bound && o.has(serviceControl))
	if err != nil {
		return err
	}
	resources, err := o.resources.levels(path, bound && o.has(resourceControl))
	if err != nil {
		return err
	}
	into.Organization = o.describe(path)
	into.Controls = o.services.complete(into, o.name, path, services)
	into.ResourceControls = anyOf(resources)
	o.services.copyTo(into, into.Controls)
	o.resources.copyTo(into, into.ResourceControls)
	return nil
}

func (o *organization) describe(path []string) *entitlement.Organization {
	members := slices.Clone(o.accounts)
	slices.Sort(members)
	org := &entitlement.Organization{ID: o.id, Management: entitlement.SystemID(o.management), Members: slices.Compact(members)}
	org.Path = organizationPath(o.id, path)
	return org
}

// organizationPath writes the path as aws:PrincipalOrgPaths has it, without the
// account at its end.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principalorgpaths
func organizationPath(id string, path []string) string {
	if id == "" || len(path) < 2 {
		return ""
	}
	return id + "/" + strings.Join(path[:len(path)-1], "/") + "/"
}

// path returns the ids from the root to the account.
func (o *organization) path(account string) ([]string, error) {
	at := account
	path := []string{at}
	for at != o.root {
		parent := o.parents[at]
		switch {
		case parent == "":
			return nil, fmt.Errorf("%s has no ParentId, or is not in Accounts and OrganizationalUnits; %w", at, o.missing(at))
		case slices.Contains(path, parent):
			return nil, fmt.Errorf("%s is its own ancestor; check the ParentIds", parent)
		}
		at = parent
		path = append(path, at)
	}
	slices.Reverse(path)
	return path, nil
}

// missing tells an account that is not listed from one without a parent.
func (o *organization) missing(id string) error {
	if _, listed := o.parents[id]; listed {
		return errors.New(errNotListed.Error())
	}
	return errNotListed
}

// levels returns the policies of each level.
func (c *controls) levels(path []string, on bool) ([][]entitlement.PolicyID, error) {
	if !on {
		return nil, nil
	}
	var levels [][]entitlement.PolicyID
	for _, target := range path {
		for _, id := range c.attached[target] {
			if len(c.policies[id].Document) == 0 {
				return nil, fmt.Errorf("policy %s has no Content; add the answer of describe-policy", id)
			}
		}
		levels = append(levels, c.attached[target])
	}
	return levels, nil
}

// complete gives levels without a service control policy the one that AWS
// attaches by itself: every level has at least one.
// https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_attach.html
func (c *controls) complete(into *entitlement.Inventory, file string, path []string, levels [][]entitlement.PolicyID) [][]entitlement.PolicyID {
	for i, level := range levels {
		if len(level) > 0 {
			continue
		}
		c.policies[fullServiceARN] = entitlement.Policy{
			ID: fullServiceARN, Name: "FullAWSAccess", Managed: true, Document: knownDocument(fullServiceAccess, ""),
		}
		levels[i] = []entitlement.PolicyID{fullServiceARN}
		newInventoryReader(file, into).problem(Incomplete, path[i], "no policy in Policies has it among its Targets, and AWS allows no level "+
			"without one: FullAWSAccess is taken to be attached; add the missing policies or targets if there are any")
	}
	return levels
}

func (c *controls) copyTo(into *entitlement.Inventory, levels [][]entitlement.PolicyID) {
	if len(levels) == 0 {
		return
	}
	if into.Policies == nil {
		into.Policies = map[entitlement.PolicyID]entitlement.Policy{}
	}
	for _, level := range levels {
		for _, id := range level {
			into.Policies[id] = c.policies[id]
		}
	}
}

// anyOf returns no levels where none has a policy.
func anyOf(levels [][]entitlement.PolicyID) [][]entitlement.PolicyID {
	for _, level := range levels {
		if len(level) > 0 {
			return levels
		}
	}
	return nil
}
