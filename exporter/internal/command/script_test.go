package command_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/leastward/leastward/exporter/internal/command"
	"github.com/leastward/leastward/internal/testkit"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"exporter": func() { os.Exit(command.Run(os.Args[1:], os.Stdout, os.Stderr)) }, //nolint:forbidigo // it is main here
	})
}

func TestScripts(t *testing.T) {
	t.Parallel()
	examples, err := filepath.Abs("testdata/can")
	if err != nil {
		t.Fatal(err)
	}
	clouds, err := filepath.Abs("testdata/clouds")
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{Dir: "testdata/script", RequireExplicitExec: true, Setup: func(e *testscript.Env) error {
		e.Setenv("CAN", examples)
		e.Setenv("CLOUDS", clouds)
		return nil
	}})
}

// What the public data of two projects give: each event is counted once, and
// no genuine call is left without its permission.
func TestPublicData(t *testing.T) {
	t.Parallel()
	details := testkit.SharedData(t, "entitlements", "aws", "cloudsplaining", "example-authz-details.json")
	trail := testkit.SharedData(t, "cloudtrail", "invictus")
	got := summarise(t, "--aws.authorization-details", details, "--aws.cloudtrail", trail)
	if e := got.Events; e.In != 2900 || e.In != e.Used+e.Denied+e.NotPermissionBearing+e.Unmapped+e.Rejected || e.Unmapped != 0 || e.Rejected != 0 {
		t.Errorf("events = %+v", e)
	}
	if e := got.Events; e.Denied != 60 || e.NotPermissionBearing != 98 {
		t.Errorf("denied %d, want the 60 refused calls; not permission-bearing %d, want 98", e.Denied, e.NotPermissionBearing)
	}
	if got.Identities != 8 || got.ByKind["user"] != 3 || got.ByKind["group"] != 2 || got.ByKind["role"] != 3 {
		t.Errorf("identities = %d %v", got.Identities, got.ByKind)
	}
	if p := got.PCI; !(p.Lower < p.Value && p.Value < p.Upper) || p.Band != "high" {
		t.Errorf("PCI = %+v", p)
	}
	if got.Findings["super_user"] != 2 {
		t.Errorf("findings = %v, want the two administrators", got.Findings)
	}
}
