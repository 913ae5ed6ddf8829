package entitle_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/leastward/leastward/exporter/internal/access"
	"github.com/leastward/leastward/exporter/internal/collector"
	"github.com/leastward/leastward/exporter/internal/tables/tabletest"
	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/entitlement"
	policy "github.com/leastward/leastward/internal/policy/aws"
)

// entered is an account that others enter: named ones of another account, by
// way of a role, by a session, by a unique id, and through a directory.
func entered() *entitlement.Inventory {
	inv := small()
	hop := identity("hop", entitlement.Role, "assume")
	hop.Trust = trust(`{"AWS":["arn:aws:iam::888888888888:user/zoe","arn:aws:iam::888888888888:role/ci"]}`)
	session := identity("by-session", entitlement.Role)
	session.Trust = trust(`{"AWS":"arn:aws:sts::111111111111:assumed-role/hop/s"}`)
	unique := identity("by-unique", entitlement.Role)
	unique.Trust = trust(`{"AWS":"AIDAANA"}`)
	mfa := identity("mfa", entitlement.Role)
	mfa.Trust = []byte(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"111111111111"},"Action":"sts:AssumeRole","Condition":{"Bool":{"aws:MultiFactorAuthPresent":"true"}}}]}`)
	inv.Identities = append(inv.Identities, hop, session, unique, mfa)
	for i := range inv.Identities {
		if inv.Identities[i].Name == "ana" {
			inv.Identities[i].UniqueID = "AIDAANA"
		}
	}
	inv.Assignments = []entitlement.Assignment{
		{PermissionSet: "Readers", Role: arn("role/center"), Principal: "eve", PrincipalID: "1"},
		{PermissionSet: "Readers", Role: arn("role/center"), Principal: "readers", PrincipalID: "2", Group: true},
	}
	return inv
}

func of(inv *entitlement.Inventory) *tabletest.Asker {
	a := asker()
	a.Snapshot.Results[0] = tabletest.Result(inv, now())
	return a
}

func TestExternalAccess(t *testing.T) {
	t.Parallel()
	a := of(entered())
	other := entitlement.System{ID: "999999999999", Cloud: entitlement.AWS, Name: "partner"}
	a.Snapshot.Results = append(a.Snapshot.Results, &collector.Result{System: other})
	columns := []string{"from", "from_name", "from_kind", "role_name", "method", "via", "trusts_all", "identities", "identity_list", "conditional"}
	zoe := "arn:aws:iam::888888888888:role/ci, arn:aws:iam::888888888888:user/zoe"
	want := [][]string{
		{"888888888888", "", "account", "hop", "direct", "", "no", "2", zoe, "no"},
		{"888888888888", "", "account", "mfa", "role_chaining", string(arn("role/hop")), "no", "2", zoe, "yes"},
		{"888888888888", "", "account", "whole", "role_chaining", string(arn("role/hop")), "no", "2", zoe, "no"},
		{"999999999999", "partner", "account", "guest", "direct", "", "yes", "0", "", "no"},
		{"arn:aws:iam::111111111111:saml-provider/idp", "", "provider", "people", "direct", "", "no", "0", "", "no"},
	}
	got := tabletest.Rows(a.Must(t, "external_access", api.TableQuestion{Columns: columns}))
	got = slices.DeleteFunc(got, func(row []string) bool { return row[3] == "by-session" }) // Below.
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("external access (-want +got):\n%s", diff)
	}
	a.Caller = &access.Caller{Grant: access.Grant{Systems: []entitlement.SystemID{"111111111111"}}}
	for _, row := range tabletest.Rows(a.Must(t, "external_access", api.TableQuestion{Columns: columns})) {
		if row[1] != "" {
			t.Errorf("a caller that does not see the partner learns its name: %v", row)
		}
	}
	for filter, tc := range map[string]map[string]int{
		"from_kind": {"provider": 1, "anybody": 0}, "method": {"direct": 3}, "trusts_all": {"yes": 1}, "role": {string(arn("role/guest")): 1}, "from": {"999999999999": 1},
	} {
		for value, n := range tc {
			if got := a.Must(t, "external_access", api.TableQuestion{Filters: map[string][]string{filter: {value}}}).Total; got != n {
				t.Errorf("%s:%s gives %d rows, want %d", filter, value, got, n)
			}
		}
	}
}

func TestAssumableRoles(t *testing.T) {
	t.Parallel()
	a := of(entered())
	got := tabletest.Rows(a.Must(t, "assumable_roles", api.TableQuestion{
		Columns: []string{"role_name", "by", "by_name", "by_kind", "how", "via", "conditional", "condition_keys"}, Sort: by("role_name", "by_kind", "by"),
	}))
	hop, zoe, ci := string(arn("role/hop")), "arn:aws:iam::888888888888:user/zoe", "arn:aws:iam::888888888888:role/ci"
	got = slices.DeleteFunc(got, func(row []string) bool { return row[0] == "by-session" && row[4] == "role_chaining" })
	want := [][]string{
		{"by-session", hop, "hop", "role", "trust", "", "yes", "sts:rolesessionname"},
		{"by-unique", ana, "ana", "user", "trust", "", "no", ""},
		{"center", "readers", "", "directory_group", "assignment", "", "no", ""},
		{"center", "eve", "", "person", "assignment", "", "no", ""},
		{"guest", "999999999999", "", "account", "trust", "", "no", ""},
		{"hop", ci, "", "outsider", "trust", "", "no", ""},
		{"hop", zoe, "", "outsider", "trust", "", "no", ""},
		{"job", work, "work", "function", "runs_as", "", "no", ""},
		{"job", "lambda.amazonaws.com", "", "service", "trust", "", "no", ""},
		{"mfa", ci, "", "outsider", "role_chaining", hop, "yes", "aws:multifactorauthpresent"},
		{"mfa", zoe, "", "outsider", "role_chaining", hop, "yes", "aws:multifactorauthpresent"},
		{"mfa", hop, "hop", "role", "trust", "", "yes", "aws:multifactorauthpresent"},
		{"mfa", ben, "ben", "user", "trust", "", "yes", "aws:multifactorauthpresent"},
		{"named", ana, "ana", "user", "trust", "", "no", ""},
		{"people", "arn:aws:iam::111111111111:saml-provider/idp", "", "provider", "trust", "", "no", ""},
		{"whole", ci, "", "outsider", "role_chaining", hop, "no", ""},
		{"whole", zoe, "", "outsider", "role_chaining", hop, "no", ""},
		{"whole", hop, "hop", "role", "trust", "", "no", ""},
		{"whole", ben, "ben", "user", "trust", "", "no", ""},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("assumable roles (-want +got):\n%s", diff)
	}
	for filter, tc := range map[string]map[string]int{
		"by": {ben: 2}, "by_kind": {"person": 1}, "how": {"assignment": 2}, "role_name": {"named": 1}, "role": {string(arn("role/whole")): 4},
	} {
		for value, n := range tc {
			if got := a.Must(t, "assumable_roles", api.TableQuestion{Filters: map[string][]string{filter: {value}}}).Total; got != n {
				t.Errorf("%s:%s gives %d rows, want %d", filter, value, got, n)
			}
		}
	}
}

// Of each pair of an account the table says what a decision says.
func TestAssumableRolesAgreeWithDecisions(t *testing.T) {
	t.Parallel()
	inv := entered()
	estate := policy.NewEstate(policy.New(catalog.AWS()).Compile(inv))
	var want, got []string
	var d policy.Decision
	for i := range inv.Identities {
		for k := range inv.Identities {
			who, role := &inv.Identities[i], &inv.Identities[k]
			if i == k || role.Kind != entitlement.Role || who.Kind != entitlement.User && who.Kind != entitlement.Role {
				continue
			}
			if err := estate.Decide(&policy.Request{Principal: string(who.ID), Action: "sts:AssumeRole", Resource: string(role.ID)}, &d); err != nil {
				t.Fatal(err)
			}
			if d.Verdict == policy.Allowed || d.Verdict == policy.Conditional {
				want = append(want, fmt.Sprint(who.Name, " as ", role.Name, " conditional ", d.Verdict == policy.Conditional))
			}
		}
	}
	for _, row := range tabletest.Rows(of(inv).Must(t, "assumable_roles", api.TableQuestion{
		Columns: []string{"by_name", "role_name", "conditional"}, Filters: map[string][]string{"by_kind": {"user", "role"}},
	})) {
		got = append(got, fmt.Sprint(row[0], " as ", row[1], " conditional ", row[2] == "yes"))
	}
	slices.Sort(want)
	slices.Sort(got)
	if diff := cmp.Diff(want, got); diff != "" || len(want) < 6 {
		t.Errorf("-want +got:\n%s", diff)
	}
}
