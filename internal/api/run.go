package api

import (
	"time"

	"github.com/leastward/leastward/internal/alert"
	"github.com/leastward/leastward/internal/entitlement"
)

// RunsPath is where the remediator lists its runs: GET, the newest first. With
// the parameter brief=true the answer is [Runs]. The parameters state, playbook,
// system, identity and finding, each as often as needed, narrow the list, and
// limit cuts it.
const RunsPath = "/api/v1/runs"

// Runs is a list of the remediator's runs.
type Runs struct {
	Runs []Run `json:"runs"`
	// More is set where the list was cut.
	More bool `json:"more,omitempty"`
}

// Run is what happens, or happened, because of one alert.
type Run struct {
	ID       string               `json:"id"`
	State    string               `json:"state"` // One of [RunStates].
	Playbook alert.Playbook       `json:"playbook"`
	Mode     string               `json:"mode"` // dry_run or execute.
	Cloud    entitlement.Cloud    `json:"cloud"`
	System   entitlement.SystemID `json:"system"`

	Identity entitlement.IdentityID `json:"identity"`
	Category entitlement.Category   `json:"category"`
	Finding  string                 `json:"finding"`
	Owner    string                 `json:"owner,omitempty"`
	Severity alert.Severity         `json:"severity,omitempty"`
	// Reason says why it was refused, denied or failed, and Trouble why its
	// step is tried again.
	Reason  string `json:"reason,omitempty"`
	Trouble string `json:"trouble,omitempty"`

	ReceivedAt time.Time `json:"received_at"`
	UpdatedAt  time.Time `json:"updated_at"`
	ExpiresAt  time.Time `json:"expires_at,omitzero"` // Of the approval.
	AppliedAt  time.Time `json:"applied_at,omitzero"`

	// ApprovalsNeeded are how many people must approve the plan, and
	// ApprovalsGiven how many did, of the plan as it is now.
	ApprovalsNeeded int  `json:"approvals_needed"`
	ApprovalsGiven  int  `json:"approvals_given"`
	Pending         bool `json:"pending"` // It waits for approval.
	Ended           bool `json:"ended"`
}

// RunStates are the states of runs, in the order of one that goes through, then
// those in which it has ended.
func RunStates() []string {
	return []string{
		"received", "evidenced", "planned", "replayed", "awaiting_approval", "approved", "snapshotted", "applying", "verified", "watching",
		"rolling_back", "done", "dry_run_done", "refused", "denied", "expired", "failed", "rolled_back",
	}
}
