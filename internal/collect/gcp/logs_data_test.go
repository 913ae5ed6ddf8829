package gcp_test

import (
	"testing"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/collect/gcp"
	"github.com/leastward/leastward/internal/collect/records"
	"github.com/leastward/leastward/internal/testkit"
)

func TestDataSets(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"gcp/plaso", "gcp/security-analytics"} {
		stats, problems, err := gcp.ReadEvents(t.Context(), testkit.SharedData(t, name), records.Options{}, func(ev *auditlog.Event) error {
			t.Logf("%s %s sys=%s id=%s(%s) ses=%s key=%s %s %s %v map=%d out=%s %s addr=%s reg=%s ro=%v data=%v svc=%v req=%s issued=%v\n   res=%v\n  %.300s", ev.ID, ev.Time, ev.System, ev.Identity, ev.IdentityType, ev.Session, ev.AccessKey, ev.Source, ev.Name, ev.Actions, ev.Mapping, ev.Outcome, ev.ErrorCode, ev.Address, ev.Region, ev.ReadOnly, ev.DataEvent, ev.ByService, ev.RequestID, ev.Issued, ev.Resources, ev.Detail)
			return nil
		})
		t.Logf("%+v %v", stats, err)
		for _, p := range problems {
			t.Log(p)
		}
	}
}
