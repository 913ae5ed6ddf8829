package row_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/auditlog/row"
	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/entitlement"
)

// TestColumnsOfClouds has events of three clouds in one store: severity and type
// are those of each cloud's catalogue, and only AWS has roles that act.
func TestColumnsOfClouds(t *testing.T) {
	t.Parallel()
	enc := row.NewEncoder(catalog.AWS())
	for _, test := range []struct {
		event auditlog.Event
		want  map[string]string
	}{
		{
			auditlog.Event{Cloud: entitlement.AWS, Identity: "arn:aws:iam::111122223333:role/app/Deploy", Source: "iam.amazonaws.com", Actions: []entitlement.Action{"iam:PutRolePolicy"}},
			map[string]string{"cloud": "aws", "service": "iam.amazonaws.com", "role": "Deploy", "type": "permissions", "severity": "high"},
		},
		{
			auditlog.Event{Cloud: entitlement.Azure, Identity: "0a0b0c0d-1111-4222-8333-444455556666", Source: "Microsoft.Storage", Actions: []entitlement.Action{"Microsoft.Storage/storageAccounts/delete"}},
			map[string]string{"cloud": "azure", "service": "Microsoft.Storage", "role": "", "type": "delete", "severity": "high"},
		},
		{
			auditlog.Event{Cloud: entitlement.Azure, Identity: "x", Source: "Own.Provider", Actions: []entitlement.Action{"Own.Provider/things/read"}},
			map[string]string{"cloud": "azure", "service": "Own.Provider", "role": "", "type": "", "severity": ""},
		},
		{
			auditlog.Event{Cloud: entitlement.GCP, Identity: "ci@p.iam.gserviceaccount.com", Source: "compute.googleapis.com", Actions: []entitlement.Action{"compute.instances.list", "compute.instances.setIamPolicy"}},
			map[string]string{"cloud": "gcp", "service": "compute.googleapis.com", "role": "", "type": "permissions", "severity": "high"},
		},
	} {
		ev := test.event
		ev.ID, ev.Time, ev.Outcome, ev.Mapping = "e", time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), auditlog.Success, auditlog.Mapped
		columns := auditlog.Row(enc.Append(nil, &ev))
		got := map[string]string{}
		for name := range test.want {
			got[name] = columns.Get(name)
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", ev.Actions, diff)
		}
		if back, err := row.Decode(columns); err != nil || !cmp.Equal(back, ev) {
			t.Errorf("%s: decoded %+v, %v", ev.Actions, back, err)
		}
	}
}
