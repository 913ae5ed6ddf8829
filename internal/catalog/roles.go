package catalog

import (
	_ "embed"
	"fmt"
	"strconv"
	"strings"
	"sync"

	"github.com/leastward/leastward/internal/entitlement"
)

//go:embed data/roles_azure.txt.zst
var azureRoleTable []byte

//go:embed data/roles_gcp.txt.zst
var gcpRoleTable []byte

var azureRoles = sync.OnceValue(func() []entitlement.RoleDefinition { //nolint:gochecknoglobals // decoded once, then immutable
	return mustDecodeRoles(azureRoleTable, Azure())
})

var gcpRoles = sync.OnceValue(func() []entitlement.RoleDefinition { //nolint:gochecknoglobals // decoded once, then immutable
	return mustDecodeRoles(gcpRoleTable, GCP())
})

func mustDecodeRoles(packed []byte, c *Catalog) []entitlement.RoleDefinition {
	roles, err := decodeRoles(packed, c)
	if err != nil {
		panic(fmt.Sprintf("decode the embedded roles of %s: %v", c.cloud, err)) // A test decodes them.
	}
	return roles
}

// AzureRoles returns the built-in roles of Azure by id, without descriptions.
// They are decoded on first use and shared: do not change them.
func AzureRoles() []entitlement.RoleDefinition { return azureRoles() }

// GCPRoles returns the basic and predefined roles of Google Cloud by id, without
// descriptions, each with one block of permissions in the catalogue's spelling
// and order. They are decoded on first use and shared: do not change them.
func GCPRoles() []entitlement.RoleDefinition { return gcpRoles() }

// The role tables are lines of tab-separated fields, compressed with zstd:
//
//	#	any text                             comment
//	C	cloud	version                      once, first: the catalogue's own
//	R	id	name	stage	permissions      begins a role
//	B	condition                            begins a block of the role (Azure)
//	+	pattern                              an action of the block; - is a
//	                                         NotAction, d a DataAction, n a
//	                                         NotDataAction
//
// Roles are sorted by id. Permissions (Google Cloud) are ranges of indices of the
// catalogue, "gap" or "gap+more", separated by commas, in base 36: gap is the
// distance from the end of the range before, more is how many follow the first.
type roleDecoder struct {
	catalog *Catalog
	roles   []entitlement.RoleDefinition
	version string
}

func decodeRoles(packed []byte, c *Catalog) ([]entitlement.RoleDefinition, error) {
	text, err := unpack(packed)
	if err != nil {
		return nil, err
	}
	d := roleDecoder{catalog: c}
	d.roles = make([]entitlement.RoleDefinition, 0, strings.Count(text, "\nR\t"))
	for n := 1; text != ""; n++ {
		var line string
		line, text, _ = strings.Cut(text, "\n")
		if err := d.line(line); err != nil {
			return nil, fmt.Errorf("line %d of the role table: %w", n, err)
		}
	}
	if want := string(c.cloud) + "\t" + c.version; d.version != want || len(d.roles) == 0 {
		return nil, fmt.Errorf("the role table is of %q, want %q, with at least one role", d.version, want)
	}
	return d.roles, nil
}

func (d *roleDecoder) line(line string) error {
	kind, rest, _ := strings.Cut(line, "\t")
	switch kind {
	case "#", "":
		return nil
	case "C":
		d.version = rest
		return nil
	case "R":
		return d.role(rest)
	}
	if len(d.roles) == 0 {
		return fmt.Errorf("kind %q comes before the first role", kind)
	}
	role := &d.roles[len(d.roles)-1]
	if kind == "B" {
		role.Blocks = append(role.Blocks, entitlement.PermissionBlock{Condition: rest})
		return nil
	}
	if len(role.Blocks) == 0 {
		return fmt.Errorf("kind %q comes before the first block of role %q", kind, role.ID)
	}
	return addPattern(&role.Blocks[len(role.Blocks)-1], kind, rest)
}

func (d *roleDecoder) role(rest string) error {
	f := strings.Split(rest, "\t")
	if len(f) != 4 {
		return fmt.Errorf("role %q has %d fields, want id, name, stage and permissions", f[0], len(f))
	}
	role := entitlement.RoleDefinition{ID: entitlement.RoleID(f[0]), Name: f[1], Stage: f[2], Managed: true}
	if n := len(d.roles); n > 0 && d.roles[n-1].ID >= role.ID {
		return fmt.Errorf("role %q is out of order", role.ID)
	}
	if d.catalog.cloud == entitlement.GCP {
		permissions, err := d.permissions(f[3])
		if err != nil {
			return fmt.Errorf("role %q: %w", role.ID, err)
		}
		role.Blocks = []entitlement.PermissionBlock{{Actions: permissions}}
	} else {
		role.AssignableScopes = []entitlement.ResourceID{"/"}
	}
	d.roles = append(d.roles, role)
	return nil
}

func (d *roleDecoder) permissions(list string) ([]string, error) {
	if list == "" {
		return nil, nil
	}
	var out []string
	at := 0
	for field := range strings.SplitSeq(list, ",") {
		gap, more, err := parseRange(field)
		at += gap
		if err != nil || gap < 0 || more < 0 || more >= d.catalog.Len() || at+more >= d.catalog.Len() {
			return nil, fmt.Errorf("permissions %q are not a range of %d", field, d.catalog.Len())
		}
		for ; more >= 0; more-- {
			out = append(out, string(d.catalog.infos[at].Action))
			at++
		}
	}
	return out, nil
}

func parseRange(field string) (gap, more int, err error) {
	first, rest, ok := strings.Cut(field, "+")
	g, err := strconv.ParseInt(first, 36, 32)
	if err != nil || !ok {
		return int(g), 0, err
	}
	m, err := strconv.ParseInt(rest, 36, 32)
	return int(g), int(m), err
}

func addPattern(b *entitlement.PermissionBlock, kind, pattern string) error {
	switch kind {
	case "+":
		b.Actions = append(b.Actions, pattern)
	case "-":
		b.NotActions = append(b.NotActions, pattern)
	case "d":
		b.DataActions = append(b.DataActions, pattern)
	case "n":
		b.NotDataActions = append(b.NotDataActions, pattern)
	default:
		return fmt.Errorf("unknown kind %q", kind)
	}
	return nil
}
