package entitlement

import "time"

// UsageState tells whether an identity used an action that it holds.
type UsageState uint8

// The usage states. Unobservable means that the logs at hand could never have
// shown a use, so that the absence of one proves nothing.
const (
	Unused UsageState = iota
	Used
	Unobservable
)

func (s UsageState) String() string {
	return [...]string{"unused", "used", "unobservable"}[s]
}

// ActionUse is the record of one identity's use of one action.
type ActionUse struct {
	First, Last time.Time // Of the successful uses; zero if there was none.
	Count       uint32    // Successful uses.
	Denied      uint32    // Attempts that were refused: not uses.
	LastDenied  time.Time // Time of the last of those attempts.
	Forwarded   uint32    // Of Count, those that a service made on the identity's behalf.
}

// Usage is what one identity did within the window, from the event logs.
type Usage struct {
	Used    ActionSet         // Actions with at least one successful use.
	Actions map[int]ActionUse // By catalogue index; includes denied-only actions.
	Literal map[Action]ActionUse
	// LastActive is the last time that the identity itself acted: forwarded
	// calls and denied attempts do not count.
	LastActive time.Time
}
