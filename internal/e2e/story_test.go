package e2e_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/google/go-cmp/cmp"
)

// platformEvent is one line of the Platform log.
type platformEvent struct {
	Seq                                          int64
	Time                                         time.Time
	Cloud, Actor, Action, Outcome, Run, Identity string
	Details                                      struct {
		N              int
		Operation, How string
		Operations     []string
		Reason         string
	}
	PrevHash string `json:"prev_hash"`
	Hash     string
}

// events reads the whole Platform log and recomputes its chain of hashes.
func (s *suite) events() []platformEvent {
	t := s.t
	t.Helper()
	last := regexp.MustCompile(`,"hash":"[0-9a-f]{64}"}$`)
	var all []platformEvent
	prev := ""
	for line := range strings.Lines(s.remediator.get("/api/v1/platform-events")) {
		line = strings.TrimSuffix(line, "\n")
		var e platformEvent
		if err := json.Unmarshal([]byte(line), &e); err != nil {
			t.Fatalf("%v in %s", err, line)
		}
		sum := sha256.Sum256([]byte(last.ReplaceAllString(line, "}")))
		if hex.EncodeToString(sum[:]) != e.Hash || e.PrevHash != prev || e.Seq != int64(len(all)+1) {
			t.Errorf("the chain is broken at event %d: %s", len(all)+1, line)
		}
		if n := len(all); n > 0 && e.Time.Before(all[n-1].Time) {
			t.Errorf("event %d is older than the one before", e.Seq)
		}
		prev = e.Hash
		all = append(all, e)
	}
	return all
}

// checkStory holds the Platform events of the only run against what happened.
func (s *suite) checkStory(r runInfo) {
	t := s.t
	t.Helper()
	var got []string
	for _, e := range s.events() {
		if e.Run != r.ID || e.Identity != userARN("idle") || e.Cloud != "platform" || e.Outcome != "success" {
			t.Errorf("event %+v", e)
		}
		line := e.Actor + " " + strings.TrimPrefix(e.Action, "leastward:")
		if e.Details.Operation != "" {
			line += fmt.Sprintf(" %d %s: %s", e.Details.N, e.Details.Operation, e.Details.How)
		}
		if e.Actor == "ann" {
			line += " because he " + e.Details.Reason
		}
		got = append(got, line)
	}
	want := story(r)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the story (-want +got):\n%s", diff)
	}
}

func story(r runInfo) []string {
	const suite = "leastward-remediator "
	want := []string{suite + "ReceiveAlert", suite + "CheckEvidence", suite + "MakePlan", suite + "ReplayUsage", suite + "CheckCaps", "ann ApprovePlan because he has left the team", suite + "TakeSnapshot"}
	for i, step := range []string{
		"put inline policy " + readOnlyPolicy, "detach managed policy " + policyARN("operate"), "delete inline policy queue", "remove from group deployers",
		fmt.Sprintf("set tag %s = %q", exemption, r.Plan.Operations[4].Value),
	} {
		want = append(want, fmt.Sprintf("%sApplyStep %d %s: written", suite, i, step))
	}
	return append(want, suite+"VerifyChange", suite+"WatchIdentity")
}
