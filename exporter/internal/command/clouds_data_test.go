package command_test

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/leastward/leastward/exporter/internal/analyze"
	"github.com/leastward/leastward/exporter/internal/command"
	"github.com/leastward/leastward/internal/testkit"
)

func overlook(t *testing.T, args ...string) *analyze.Overview {
	t.Helper()
	var stdout, stderr bytes.Buffer
	if code := command.Run(append([]string{"analyze", "--format", "json"}, args...), &stdout, &stderr); code != 0 {
		t.Fatalf("exit code %d: %s", code, &stderr)
	}
	var o analyze.Overview
	d := json.NewDecoder(&stdout)
	d.DisallowUnknownFields()
	if err := d.Decode(&o); err != nil {
		t.Fatal(err)
	}
	return &o
}

// accounted holds that every record is taken, or rejected for a reason, and
// that the systems together have what the files had.
func accounted(t *testing.T, o *analyze.Overview) {
	t.Helper()
	for _, r := range o.Records {
		if e := r.Entitlements; e.In != e.Taken+e.Rejected || sum(e.RejectedBy) != int(e.Rejected) {
			t.Errorf("%s entitlements: %+v", r.Cloud, e)
		}
		l := r.Logs
		if l.In != l.Used+l.Denied+l.NotPermissionBearing+l.Unmapped+l.Rejected || sum(l.RejectedBy) != l.Rejected {
			t.Errorf("%s logs: %+v", r.Cloud, l)
		}
		of := l.NoSystem + l.Rejected
		for _, s := range o.Systems {
			if s.System.Cloud == r.Cloud {
				of += s.Events.In
			}
		}
		if of != l.In {
			t.Errorf("%s: the systems, what is of none, and what was rejected have %d records, the logs %d", r.Cloud, of, l.In)
		}
	}
}

func sum[K comparable, N int | int64](m map[K]N) (n int) {
	for _, v := range m {
		n += int(v)
	}
	return n
}

// The public data of both clouds, together and logs alone.
func TestPublicDataOfTheClouds(t *testing.T) {
	t.Parallel()
	azure, gcp := testkit.SharedData(t, "azure"), testkit.SharedData(t, "gcp")
	both := overlook(t, "--azure.logs", azure, "--gcp.logs", gcp,
		"--azure.entitlements", testkit.SharedData(t, "entitlements", "azure"), "--gcp.entitlements", testkit.SharedData(t, "entitlements", "gcp"))
	alone := overlook(t, "--azure.logs", azure, "--gcp.logs", gcp)
	for _, o := range []*analyze.Overview{both, alone} {
		accounted(t, o)
		if len(o.Records) != 2 || o.Records[0].Logs.In != 4 || o.Records[1].Logs.In != 29 || o.Records[1].Logs.Unmapped != 0 {
			t.Errorf("records = %+v", o.Records)
		}
	}
	if in := both.Records[0].Entitlements.In; in != 2 {
		t.Errorf("%d records of Azure's entitlements, want a role assignment and a deny assignment", in)
	}
	if in := both.Records[1].Entitlements.In; in != 29 {
		t.Errorf("%d records of Google Cloud's entitlements, want 29 assets", in)
	}
	if len(alone.Systems) == 0 || len(both.Systems) <= len(alone.Systems) {
		t.Errorf("%d systems by logs alone, %d with entitlements", len(alone.Systems), len(both.Systems))
	}
	for _, s := range alone.Systems {
		if s.Identities != 0 || s.Events.Used > 0 && len(s.OnlyInLogs) == 0 {
			t.Errorf("logs alone: %+v", s)
		}
	}
}
