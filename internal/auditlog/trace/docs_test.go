package trace_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/leastward/leastward/internal/auditlog/trace"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/testkit"
)

// TestTheDocumentationNamesEveryKind holds docs/tracing.md against the code.
func TestTheDocumentationNamesEveryKind(t *testing.T) {
	t.Parallel()
	doc, err := os.ReadFile(filepath.Join(testkit.Root(), "docs", "tracing.md"))
	if err != nil {
		t.Fatal(err)
	}
	var words []string
	for _, k := range []trace.Kind{
		trace.ActedFrom, trace.UsedKey, trace.SessionOf, trace.RunsAs, trace.SignedIn, trace.AssumedRole, trace.CreatedCredential,
		trace.CreatedIdentity, trace.ChangedPolicy, trace.SharedResource, trace.PassedRole, trace.RanCode, trace.SensitiveRead,
		trace.WeakenedDefences, trace.Removed, trace.Deleted, trace.Refused, trace.Discovery, trace.Other,
	} {
		words = append(words, string(k))
	}
	for _, k := range []trace.NodeKind{
		trace.Identity, trace.Session, trace.AccessKey, trace.Address, trace.Resource, trace.Service, trace.Account, trace.More,
	} {
		words = append(words, string(k))
	}
	var fields map[string]any
	whole := trace.Start{
		Identity: "x", Session: "x", Role: "x", AccessKey: "x", Address: "x", From: at(1), To: at(2), Systems: []entitlement.SystemID{"x"},
		Depth: 1, Back: 1, MaxEvents: 1, MaxNodes: 1, EventsPerEdge: 1,
	}
	text, err := json.Marshal(whole)
	if err == nil {
		err = json.Unmarshal(text, &fields)
	}
	if err != nil {
		t.Fatal(err)
	}
	for f := range fields {
		words = append(words, f)
	}
	for _, w := range words {
		if !strings.Contains(string(doc), "`"+w+"`") {
			t.Errorf("docs/tracing.md doesn't name `%s`", w)
		}
	}
}

// TestTheDocumentationShowsWhatIsThere holds the example of docs/tracing.md
// against the golden file.
func TestTheDocumentationShowsWhatIsThere(t *testing.T) {
	t.Parallel()
	doc, err := os.ReadFile(filepath.Join(testkit.Root(), "docs", "tracing.md"))
	if err != nil {
		t.Fatal(err)
	}
	golden, err := os.ReadFile(filepath.Join("testdata", "invictus_address.txt"))
	if err != nil {
		t.Fatal(err)
	}
	shown := 0
	for line := range strings.Lines(string(doc)) {
		if strings.HasPrefix(line, "11:") || strings.HasPrefix(line, "12:") {
			shown++
			if !strings.Contains(string(golden), "2023-07-10 "+line) {
				t.Errorf("docs/tracing.md shows what is not there: %s", line)
			}
		}
	}
	if shown < 5 {
		t.Errorf("docs/tracing.md shows %d lines", shown)
	}
}
