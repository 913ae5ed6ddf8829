package app_test

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/report"
	"github.com/leastward/leastward/internal/tenant"
)

// rows returns a table's rows as texts, in order.
func rows(t *api.Table) []string {
	list := make([]string, t.Rows)
	for i := range list {
		var cells []string
		for _, c := range t.Columns {
			cells = append(cells, cell(&c, i))
		}
		list[i] = strings.Join(cells, "|")
	}
	slices.Sort(list)
	return list
}

func cell(c *api.Column, i int) string {
	switch {
	case c.Unit == "days": // Of the time of the question; a report's are of that of the data.
		return ""
	case c.Strings != nil && c.Strings[i] != nil:
		return *c.Strings[i]
	case c.Numbers != nil && c.Numbers[i] != nil:
		return fmt.Sprint(*c.Numbers[i])
	case c.Times != nil && c.Times[i] != nil:
		return fmt.Sprint(*c.Times[i])
	}
	return "none"
}

// Over the sample tenant a report has the rows of the tables that it is made
// of.
func TestReportsOfTheTenant(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("the tenant takes some seconds")
	}
	r := startWith(t, "", nil)
	out := filepath.Join(r.dir, "tenant")
	if err := tenant.Generate(tenant.Options{Out: out, Size: 100, Seed: 1, Until: time.Now()}); err != nil {
		t.Fatal(err)
	}
	text := "audit: {store: {min_free: 0}}\naws:\n  accounts:\n"
	accounts, err := filepath.Glob(filepath.Join(out, "aws", "[0-9]*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range accounts {
		text += fmt.Sprintf("    - {id: %q, files: {authorization_details: %q, credential_report: %q, functions: %q, cloudtrail: [%q]}}\n", filepath.Base(a),
			filepath.Join(a, "authorization-details.json"), filepath.Join(a, "credential-report.csv"), filepath.Join(a, "functions.json"),
			filepath.Join(out, "aws", "cloudtrail", "AWSLogs", filepath.Base(a)))
	}
	r.write("exporter.yml", text)
	t.Cleanup(r.run(time.Now))
	client, err := api.NewClient(api.ClientOptions{URL: r.url, Transport: withToken("")})
	if err != nil {
		t.Fatal(err)
	}
	one := entitlement.SystemID(filepath.Base(accounts[0]))
	for _, tc := range []struct {
		kind    report.Kind
		table   string // Of the report.
		of      string // The table that it is made of.
		filters map[string][]string
		beside  map[string][]string // Of the table alone.
	}{
		{report.UserEntitlements, "identities", "identities", map[string][]string{"type": {"user", "role", "group", "function", "instance"}}, nil},
		{report.UserEntitlements, "identities", "identities", map[string][]string{"type": {"role"}, "band": {"high"}}, nil},
		{report.GroupEntitlements, "groups", "groups", nil, nil},
		{report.AccessKeyEntitlements, "access_keys", "access_keys", map[string][]string{"status": {"active"}}, nil},
		{report.IdentityPermissions, "actions", "actions", nil, map[string][]string{"by": {"all"}}},
		{report.AllPermissionsOfOne, "permissions", "permissions", map[string][]string{"identity": {"arn:aws:iam::" + string(one) + ":group/administrators"}}, nil},
		{report.RolePolicyDetails, "policies", "policies", map[string][]string{"used": {"yes"}}, nil},
		{report.CrossAccountAccess, "external_access", "external_access", nil, nil},
		{report.AWSRolePolicyAudit, "assumable_roles", "assumable_roles", nil, nil},
	} {
		for _, systems := range [][]entitlement.SystemID{nil, {one}} {
			got, err := client.Report(t.Context(), string(tc.kind), &api.ReportQuestion{Systems: systems, Filters: tc.filters, Tables: []string{tc.table}})
			if err != nil {
				t.Errorf("%s: %v", tc.kind, err)
				continue
			}
			ask := &api.TableQuestion{Systems: systems, Filters: map[string][]string{}}
			for _, filters := range []map[string][]string{tc.filters, tc.beside} {
				maps.Copy(ask.Filters, filters)
			}
			for _, c := range got.Tables[0].Columns {
				ask.Columns = append(ask.Columns, c.Name)
			}
			want, err := client.Table(t.Context(), tc.of, ask)
			if err != nil || want.Rows == 0 {
				t.Errorf("%s: table %s has %d rows, %v", tc.kind, tc.of, want.Rows, err)
				continue
			}
			if diff := cmp.Diff(rows(want), rows(&got.Tables[0])); diff != "" {
				t.Errorf("%s of %v (-table +report):\n%.2000s", tc.kind, systems, diff)
			}
		}
	}
}
