package aws_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/leastward/leastward/internal/collect/aws"
	"github.com/leastward/leastward/internal/entitlement"
)

const (
	fullService  = entitlement.PolicyID("arn:aws:organizations::aws:policy/service_control_policy/p-FullAWSAccess")
	fullResource = entitlement.PolicyID("arn:aws:organizations::aws:policy/resource_control_policy/p-RCPFullAWSAccess")
	ownResource  = entitlement.PolicyID("arn:aws:organizations::999988887777:policy/o-1/resource_control_policy/p-1")
)

func TestControlPolicies(t *testing.T) {
	t.Parallel()
	type levels = [][]entitlement.PolicyID
	all := levels{{fullResource}, {ownResource}, nil}
	on := func(types string) string {
		return strings.Replace(treeDoc, `{"Id":"r-1"}]`, `{"Id":"r-1","PolicyTypes":[`+types+`]}]`, 1)
	}
	const scp, rcp = `{"Type":"SERVICE_CONTROL_POLICY","Status":"ENABLED"}`, `{"Type":"RESOURCE_CONTROL_POLICY","Status":"ENABLED"}`
	services := levels{{fullService}, {fullService}, {fullService}}
	tests := []struct {
		name, account, doc  string
		services, resources levels
		path                string
		implied             bool // FullAWSAccess of the unit.
	}{
		{"types not said", "111122223333", treeDoc, services, all, "o-1/r-1/ou-1/", true},
		{"both on", "111122223333", on(scp + "," + rcp), services, all, "o-1/r-1/ou-1/", true},
		{"resource control off", "111122223333", on(scp), services, nil, "o-1/r-1/ou-1/", true},
		{"service control off", "111122223333", on(rcp), nil, all, "o-1/r-1/ou-1/", false},
		{"all off", "111122223333", on(""), nil, nil, "o-1/r-1/ou-1/", false},
		{"management account", "999988887777", treeDoc, nil, nil, "o-1/r-1/", false},
		{"billing alone", "111122223333", strings.Replace(treeDoc, `"Id":"o-1"`, `"Id":"o-1","FeatureSet":"CONSOLIDATED_BILLING"`, 1), nil, nil, "o-1/r-1/ou-1/", false},
		{"no resource control policies", "444455556666", strings.ReplaceAll(treeDoc, "RESOURCE_CONTROL_POLICY", "TAG_POLICY"), services[:2], nil, "o-1/r-1/", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			inv := &entitlement.Inventory{System: entitlement.System{ID: entitlement.SystemID(tt.account)}}
			if err := aws.ReadOrganization(strings.NewReader(tt.doc), "f", inv); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.services, inv.Controls); diff != "" {
				t.Errorf("service control (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tt.resources, inv.ResourceControls); diff != "" {
				t.Errorf("resource control (-want +got):\n%s", diff)
			}
			want := &entitlement.Organization{
				ID: "o-1", Path: tt.path, Management: "999988887777", Members: []entitlement.SystemID{"111122223333", "444455556666", "999988887777"},
			}
			if diff := cmp.Diff(want, inv.Organization); diff != "" {
				t.Errorf("organization (-want +got):\n%s", diff)
			}
			checkDocuments(t, inv)
			if implied := len(inv.Problems) == 1 && inv.Problems[0].Code == "incomplete" && inv.Problems[0].Subject == "f: ou-1"; implied != tt.implied {
				t.Errorf("problems: %+v", inv.Problems)
			}
		})
	}
}

// checkDocuments wants a document of every control policy that is in force.
func checkDocuments(t *testing.T, inv *entitlement.Inventory) {
	t.Helper()
	for _, level := range append(inv.Controls, inv.ResourceControls...) {
		for _, id := range level {
			if p := inv.Policies[id]; p.ID != id || len(p.Document) == 0 {
				t.Errorf("policy %s: %+v", id, p)
			}
		}
	}
}
