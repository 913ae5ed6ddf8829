package aws_test

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/leastward/leastward/internal/policy/aws"
	"github.com/leastward/leastward/internal/testkit"
)

// peer is what testdata/peer/rate.cjs answers.
type peer struct {
	Version   string   `json:"version"`
	PerSecond float64  `json:"perSecond"` // Of processor time.
	Unchecked float64  `json:"unchecked"` // The same without checks of the input.
	Results   []string `json:"results"`
}

// runPeer lets the npm tool @cloud-copilot/iam-simulate, a process of its own,
// answer the requests for some seconds after up to one of warming up. It is nil, with
// a message, where the tool is not there.
func runPeer(tb testing.TB, w workload, seconds float64) *peer {
	tb.Helper()
	dir := filepath.Join(testkit.Root(), ".cache", "npm")
	if _, err := os.Stat(filepath.Join(dir, "node_modules")); err != nil {
		tb.Log("without the peer, which is not installed; `go tool mage packages` installs it")
		return nil
	}
	job, err := json.Marshal(struct {
		workload
		Warm    float64 `json:"warm"`
		Measure float64 `json:"measure"`
	}{w, min(1, seconds), seconds})
	if err != nil {
		tb.Fatal(err)
	}
	cmd := exec.CommandContext(tb.Context(), "node", filepath.Join("testdata", "peer", "rate.cjs"), dir)
	var stderr bytes.Buffer
	cmd.Stdin, cmd.Stderr = bytes.NewReader(job), &stderr
	out, err := cmd.Output()
	if err != nil {
		tb.Fatalf("the peer: %v\n%s", err, stderr.Bytes())
	}
	var p peer
	if err := json.Unmarshal(out, &p); err != nil {
		tb.Fatalf("the peer: %v in %s", err, out)
	}
	return &p
}

// agrees holds the peer's answers against ours.
func (p *peer) agrees(tb testing.TB, e *aws.Estate, requests []aws.Request) {
	tb.Helper()
	words := map[string]aws.Verdict{
		"Allowed": aws.Allowed, "ImplicitlyDenied": aws.ImplicitlyDenied, "ExplicitlyDenied": aws.ExplicitlyDenied,
	}
	var d aws.Decision
	for i := range requests {
		r := &requests[i]
		if err := e.Decide(r, &d); err != nil {
			tb.Fatal(err)
		}
		if want, ok := words[p.Results[i]]; !ok || d.Verdict != want {
			tb.Errorf("%s on %s: %s, the peer says %s", r.Action, r.Resource, d.Verdict, p.Results[i])
		}
	}
}
