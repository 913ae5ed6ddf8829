package starter_test

import (
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/leastward/leastward/internal/auditlog/query"
	"github.com/leastward/leastward/internal/auditlog/starter"
	"github.com/leastward/leastward/internal/auditlog/trigger"
	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/state"
)

func TestQueriesShip(t *testing.T) {
	t.Parallel()
	list := starter.Queries()
	if len(list) != 6 {
		t.Fatalf("%d queries", len(list))
	}
	for i, d := range list {
		if want := fmt.Sprintf("q%d", i+1); d.ID != want || !strings.Contains(d.Description, "our interpretation") || !strings.Contains(d.Description, "To fit it") {
			t.Errorf("%s: %+v", want, d)
		}
	}
	db, err := state.Open(t.Context(), state.Options{Path: filepath.Join(t.TempDir(), "state.db")})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	if err := db.Ship(t.Context(), list); err != nil {
		t.Error(err)
	}
}

func TestTriggersShipSwitchedOff(t *testing.T) {
	t.Parallel()
	list := starter.Triggers()
	if len(list) != 13 {
		t.Fatalf("%d triggers", len(list))
	}
	for i := range list {
		d := &list[i]
		if !strings.HasPrefix(d.Name, fmt.Sprintf("a%d-", i+1)) || d.Enabled {
			t.Errorf("%s is number %d, enabled %t", d.Name, i+1, d.Enabled)
		}
		if d.Title == "" || !strings.Contains(d.Description, "our interpretation") || d.Why == "" || d.Response == "" {
			t.Errorf("%s says too little: %+v", d.Name, d)
		}
		if err := d.Validate(); err != nil {
			t.Error(err)
		}
	}
}

// All can be switched on by name; only the resources of A13 must be named.
func TestTriggersCanBeSwitchedOn(t *testing.T) {
	t.Parallel()
	var uses []trigger.Use
	for _, d := range starter.Triggers() {
		uses = append(uses, trigger.Use{Name: d.Name})
	}
	_, err := trigger.Configure(starter.Triggers(), uses, nil)
	want := `trigger "a13-given-resources": parameters[0].values: missing; an enabled trigger needs values of resources`
	if err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
	uses[12].Values = map[string][]string{"resources": {"*/payments/*"}}
	list, err := trigger.Configure(starter.Triggers(), uses, nil)
	if err != nil || len(list) != 13 || slices.ContainsFunc(list, func(d trigger.Definition) bool { return !d.Enabled }) {
		t.Errorf("%v", err)
	}
}

// Every action is one that there is, spelled as its cloud's catalogue has it: a
// wrong one would match nothing. Patterns match in any case.
func TestActionsAreReal(t *testing.T) {
	t.Parallel()
	seen := map[entitlement.Cloud]int{}
	check := func(n *query.Node) {
		each(n, func(n *query.Node) {
			if n.Field != query.Action {
				return
			}
			for _, v := range n.Values {
				cloud := catalog.CloudOf(entitlement.Action(v))
				if cat := catalog.Of(cloud); strings.HasPrefix(v, "leastward:") || strings.Contains(v, "*") {
					continue
				} else if i, ok := cat.Index(entitlement.Action(v)); !ok || n.Operator != query.Matches && string(cat.Info(i).Action) != v {
					t.Errorf("%s is no action", v)
				}
				seen[cloud]++
			}
		})
	}
	for _, d := range starter.Queries() {
		check(d.Query.Where)
	}
	for _, d := range starter.Triggers() {
		check(d.Where.Node)
	}
	if seen[entitlement.AWS] < 50 || seen[entitlement.Azure] < 15 || seen[entitlement.GCP] < 15 {
		t.Errorf("only %v actions were looked at", seen)
	}
}

// A12 has every action of these services by which the catalogue says that
// permissions are managed, but for those that take away and those that give
// nobody anything.
func TestAssignmentsAreWhole(t *testing.T) {
	t.Parallel()
	listed := map[string]bool{}
	each(starter.Triggers()[11].Where.Node, func(n *query.Node) {
		for _, v := range n.Values {
			listed[v] = true
		}
	})
	given := regexp.MustCompile(`^(iam|sso|organizations|kms|secretsmanager|s3):(Attach|Put|Add|Set|Update|Create|.*PermissionsBoundary)`)
	gives := func(action string) bool {
		return given.MatchString(action) && !slices.Contains([]string{
			"iam:CreatePolicy",           // Attached to nobody yet.
			"organizations:AttachPolicy", // Narrows.
			"sso:PutPermissionsPolicy", "sso:UpdatePermissionSet",
			// Blocks and owners, and what lets identities do nothing by itself.
			"s3:PutAccessPointPublicAccessBlock", "s3:PutAccountPublicAccessBlock", "s3:PutBucketPublicAccessBlock", "s3:PutBucketOwnershipControls",
			"s3:CreateAccessGrantsInstance", "s3:CreateAccessGrantsLocation", "s3:UpdateAccessGrantsLocation",
		}, action)
	}
	cat := catalog.AWS()
	for i := range cat.Len() {
		if info := cat.Info(i); info.Type == catalog.Permissions && gives(string(info.Action)) && !listed[string(info.Action)] {
			t.Errorf("%s gives permissions and is not in A12", info.Action)
		}
	}
}

func each(n *query.Node, f func(*query.Node)) {
	if n == nil {
		return
	}
	f(n)
	each(n.Not, f)
	for _, list := range [][]query.Node{n.All, n.Any} {
		for i := range list {
			each(&list[i], f)
		}
	}
}
