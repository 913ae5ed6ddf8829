package gcp_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/collect/gcp"
	"github.com/leastward/leastward/internal/collect/records"
	"github.com/leastward/leastward/internal/testkit"
)

// tally is what the events of a set of logs amount to.
type tally struct {
	Stats                                                   records.Stats
	Mapped, Unmapped, NotPermissionBearing                  int
	Success, Refused, Failed, Data, ByService, Impersonated int
	Identities, Methods, Services, Permissions, Systems     int
}

func count(t *testing.T, name string) tally {
	t.Helper()
	var c tally
	seen := map[string]map[string]bool{}
	distinct := func(what, value string) int {
		if seen[what] == nil {
			seen[what] = map[string]bool{}
		}
		if value != "" {
			seen[what][value] = true
		}
		return len(seen[what])
	}
	var err error
	c.Stats, _, err = gcp.ReadEvents(t.Context(), testkit.SharedData(t, name), records.Options{}, func(ev *auditlog.Event) error {
		for is, n := range map[*int]bool{
			&c.Mapped: ev.Mapping == auditlog.Mapped, &c.Unmapped: ev.Mapping == auditlog.Unmapped,
			&c.NotPermissionBearing: ev.Mapping == auditlog.NotPermissionBearing,
			&c.Success:              ev.Outcome == auditlog.Success, &c.Refused: ev.Outcome == auditlog.AuthorizationFailure,
			&c.Failed: ev.Outcome == auditlog.Error, &c.Data: ev.DataEvent, &c.ByService: ev.ByService, &c.Impersonated: ev.Session != "",
		} {
			if n {
				*is++
			}
		}
		c.Identities, c.Methods = distinct("identity", string(ev.Identity)), distinct("method", ev.Name)
		c.Services, c.Systems = distinct("service", ev.Source), distinct("system", string(ev.System))
		for _, a := range ev.Actions {
			c.Permissions = distinct("permission", string(a))
		}
		if (len(ev.Actions) > 0) != (ev.Mapping == auditlog.Mapped) {
			t.Errorf("%s %s: %v, mapping %d", ev.ID, ev.Name, ev.Actions, ev.Mapping)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	c.Stats.Bytes = 0
	return c
}

// TestPublicLogs holds the counts of two public sets of logs, and says in which
// way each of their records is accounted for.
func TestPublicLogs(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		// Nine audit records; three of them end an operation that another began.
		// The other two are of a log of its own.
		"gcp/plaso": "In:11 Parsed:9 Rejected:map[not_audit:2] Files:2 Refused:map[] Ignored:1; mapped 6, unmapped 0, none 3; " +
			"success 8, refused 1, failed 0; data 0, service 0, impersonated 1; 3 identities, 4 methods, 2 services, 11 permissions, 2 projects",
		// Fifteen audit records, one of them a row of BigQuery; two of these have
		// the same time and insertId and differ in what they set alone. Three are
		// of load balancers and networks.
		"gcp/security-analytics": "In:18 Parsed:14 Rejected:map[duplicate:1 not_audit:3] Files:19 Refused:map[] Ignored:1; mapped 10, unmapped 0, none 4; " +
			"success 12, refused 2, failed 0; data 7, service 0, impersonated 0; 4 identities, 13 methods, 9 services, 9 permissions, 2 projects",
	} {
		c := count(t, name)
		s := c.Stats
		got := fmt.Sprintf("In:%d Parsed:%d Rejected:%v Files:%d Refused:%v Ignored:%d; mapped %d, unmapped %d, none %d; "+
			"success %d, refused %d, failed %d; data %d, service %d, impersonated %d; %d identities, %d methods, %d services, %d permissions, %d projects",
			s.In, s.Parsed, s.Rejected, s.Files, s.Refused, s.Ignored, c.Mapped, c.Unmapped, c.NotPermissionBearing,
			c.Success, c.Refused, c.Failed, c.Data, c.ByService, c.Impersonated, c.Identities, c.Methods, c.Services, c.Permissions, c.Systems)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}
