package store

// State is how far a run has come. Where a run is in a state, what the state
// names has been done and the next step has not.
type State string

// The states, in the order of a run that goes through.
const (
	Received         State = "received"
	Evidenced        State = "evidenced" // The evidence gate let it pass.
	Planned          State = "planned"
	Replayed         State = "replayed" // The plan denies nothing that was used.
	AwaitingApproval State = "awaiting_approval"
	Approved         State = "approved"
	Snapshotted      State = "snapshotted"
	Applying         State = "applying"
	Verified         State = "verified"
	Watching         State = "watching" // Applied; refused calls of the identity are looked out for.
	RollingBack      State = "rolling_back"

	// The states in which a run has ended.
	Done       State = "done"
	DryRunDone State = "dry_run_done"
	Refused    State = "refused"
	Denied     State = "denied"
	Expired    State = "expired"
	Failed     State = "failed"
	RolledBack State = "rolled_back"
)

// States returns all states.
func States() []State {
	return []State{
		Received, Evidenced, Planned, Replayed, AwaitingApproval, Approved, Snapshotted, Applying, Verified, Watching,
		RollingBack, Done, DryRunDone, Refused, Denied, Expired, Failed, RolledBack,
	}
}

// Ended reports whether nothing more happens to a run by itself.
func (s State) Ended() bool {
	switch s {
	case Done, DryRunDone, Refused, Denied, Expired, Failed, RolledBack:
		return true
	case Received, Evidenced, Planned, Replayed, AwaitingApproval, Approved, Snapshotted, Applying, Verified, Watching, RollingBack:
	}
	return false
}

// Changed reports whether a run that ended so has, or may have, changed the
// identity.
func (s State) Changed() bool {
	switch s {
	case Done, Failed, RolledBack:
		return true
	case DryRunDone, Refused, Denied, Expired:
	case Received, Evidenced, Planned, Replayed, AwaitingApproval, Approved, Snapshotted, Applying, Verified, Watching, RollingBack:
	}
	return false
}
