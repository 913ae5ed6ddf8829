package entitle_test

import (
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/leastward/leastward/exporter/internal/tables/tabletest"
	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/entitlement"
)

// A root user may do everything without a policy, but what controls forbid and
// to assume roles. It has no index, so that it comes last by it.
func TestRootUser(t *testing.T) {
	t.Parallel()
	all := catalog.AWS().Len()
	for name, tc := range map[string]struct {
		control string
		super   string
		granted int
	}{
		"free":    {"", "yes", all - 1},
		"limited": {`,{"Effect":"Deny","Action":"s3:Delete*","Resource":"*"}`, "no", 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inv := small()
			root := identity("root", entitlement.User)
			root.ID, root.Root = arn("root"), true
			inv.Identities = append(inv.Identities, root)
			scp := inv.Policies["scp"]
			scp.Document = []byte(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}` + tc.control + `]}`)
			inv.Policies["scp"] = scp
			a := asker()
			a.Snapshot.Results[0] = tabletest.Result(inv, now(), event(root.ID, ago(day), "s3:CreateBucket"))
			columns := []string{"name", "pci", "band", "used", "super", "risky", "in_pci", "findings"}
			rows := tabletest.Rows(a.Must(t, "identities", api.TableQuestion{Columns: append(columns, "granted")}))
			got := rows[len(rows)-1]
			if diff := cmp.Diff([]string{"root", "", "", "1", tc.super, "yes", "no", "0"}, got[:len(columns)]); diff != "" {
				t.Error(diff)
			}
			granted, err := strconv.Atoi(got[len(columns)])
			if err != nil || tc.granted > 0 && granted != tc.granted || granted < all/2 || granted > all-1 {
				t.Errorf("granted %d (%v) of %d actions, want %d", granted, err, all, tc.granted)
			}
			held := tabletest.Rows(a.Must(t, "permissions", api.TableQuestion{
				Columns: []string{"action", "reach"}, Filters: map[string][]string{"identity": {string(root.ID)}, "action": {"s3:DeleteBucket", "s3:CreateBucket", "sts:AssumeRole"}},
			}))
			want := [][]string{{"s3:CreateBucket", "all"}, {"s3:DeleteBucket", "all"}}
			if tc.super == "no" {
				want = want[:1]
			}
			if diff := cmp.Diff(want, held); diff != "" {
				t.Error(diff)
			}
			if n := len(tabletest.Rows(a.Must(t, "identities", api.TableQuestion{Filters: map[string][]string{"band": {"low", "medium", "high"}, "identity": {string(root.ID)}}}))); n != 0 {
				t.Error("a root user is in a band")
			}
		})
	}
}
