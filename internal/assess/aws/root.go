package aws

import "github.com/leastward/leastward/internal/entitlement"

// everything is the policy that says what a root user may do without one. It
// cannot assume roles, though. See
// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_root-user.html and
// https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html.
const everything = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}`

// whole evaluates what a root user may do. Service control policies limit it,
// as they do everybody in a member account. See
// https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html.
func (c *Cloud) whole(inv *entitlement.Inventory, root *entitlement.Identity) *entitlement.Access {
	const id = "leastward:root"
	only := &entitlement.Inventory{
		System: inv.System, Controls: inv.Controls,
		Identities: []entitlement.Identity{{ID: root.ID, Kind: entitlement.User, Policies: []entitlement.PolicyID{id}}},
		Policies:   map[entitlement.PolicyID]entitlement.Policy{id: {ID: id, Document: []byte(everything)}},
	}
	for _, level := range inv.Controls {
		for _, p := range level {
			if document, ok := inv.Policies[p]; ok {
				only.Policies[p] = document
			}
		}
	}
	access := *c.evaluator.Compile(only).Access(root.ID) // Others may share it.
	if assume, ok := c.catalog.Index("sts:AssumeRole"); ok {
		access.All = access.All.Clone()
		access.All.Remove(assume)
	}
	return &access
}
