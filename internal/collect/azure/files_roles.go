package azure

import (
	"cmp"
	"encoding/json"
	"slices"
	"strings"

	"github.com/leastward/leastward/internal/collect/records"
	"github.com/leastward/leastward/internal/entitlement"
)

// roleDocument has the fields of a role definition as ARM, the Azure CLI and
// PowerShell write them.
// https://learn.microsoft.com/rest/api/authorization/role-definitions
type roleDocument struct {
	ID, Name              string
	RoleName, Description string
	RoleType              string
	IsCustom              *bool
	Permissions           []blockDocument
	AssignableScopes      []entitlement.ResourceID
	blockDocument         // PowerShell has one block, without a list.
}

// blockDocument is a block of permissions of a role or a deny assignment.
type blockDocument struct {
	Actions, NotActions, DataActions, NotDataActions []string
	Condition, ConditionVersion                      string
}

func (b *blockDocument) block() entitlement.PermissionBlock {
	return entitlement.PermissionBlock{
		Actions: some(b.Actions), NotActions: some(b.NotActions),
		DataActions: some(b.DataActions), NotDataActions: some(b.NotDataActions), Condition: b.Condition,
	}
}

// some makes an empty list none.
func some(list []string) []string {
	if len(list) == 0 {
		return nil
	}
	return list
}

// role takes a role definition.
func (c *collection) role(d *document) *refusal {
	r, no := roleOf(d)
	if no != nil {
		return no
	}
	had, ok := c.roles[r.ID]
	if !ok {
		c.roles[r.ID] = r
		return nil
	}
	if !slices.EqualFunc(had.Blocks, r.Blocks, sameBlock) {
		return refused(records.Duplicate, "the role definition %s (%s) is there with other permissions; the first is kept: give one export only", r.ID, r.Name)
	}
	return again()
}

func roleOf(d *document) (*entitlement.RoleDefinition, *refusal) {
	var r roleDocument
	if no := d.decode(&r); no != nil {
		return nil, no
	}
	var p struct{ Type string }
	if d.properties != nil {
		_ = json.Unmarshal(d.properties, &p) // Was read before.
	}
	out := &entitlement.RoleDefinition{
		ID: roleID(cmp.Or(d.id, r.ID, r.Name)), Name: cmp.Or(r.RoleName, r.Name), Description: r.Description,
		Managed: strings.EqualFold(cmp.Or(r.RoleType, p.Type), "BuiltInRole"), AssignableScopes: r.AssignableScopes,
	}
	if r.IsCustom != nil {
		out.Managed = !*r.IsCustom
	}
	for i := range r.Permissions {
		out.Blocks = append(out.Blocks, r.Permissions[i].block())
	}
	if r.Permissions == nil {
		out.Blocks = []entitlement.PermissionBlock{r.block()}
	}
	switch {
	case out.ID == "":
		return nil, missing(d.what, "name")
	case r.Permissions == nil && r.Actions == nil && r.DataActions == nil:
		return nil, missing(d.what, "permissions")
	}
	return out, nil
}

func sameBlock(a, b entitlement.PermissionBlock) bool {
	return slices.Equal(a.Actions, b.Actions) && slices.Equal(a.NotActions, b.NotActions) &&
		slices.Equal(a.DataActions, b.DataActions) && slices.Equal(a.NotDataActions, b.NotDataActions) && a.Condition == b.Condition
}
