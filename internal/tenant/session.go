package tenant

import (
	"math/rand/v2"
	"strings"
	"time"

	"github.com/leastward/leastward/internal/tenant/draw"
)

// sessionLength is about how many events a session has.
const sessionLength = 5.5

// step is one call of a session.
type step struct {
	at   time.Time
	call *call
	code string // Error code; "" is success.
}

func (s step) refused() bool {
	switch s.code {
	case "AccessDenied", "AccessDeniedException", "Client.UnauthorizedOperation":
		return true
	}
	return false
}

// acts reports whether the identity has sessions of its own. A role that
// functions or instances run as acts through them.
func (x *identity) acts() bool {
	if x.kind == kindRole && (x.trusted == "lambda.amazonaws.com" || x.trusted == "ec2.amazonaws.com") {
		return false
	}
	return x.deniedOnly || x.active && len(x.profile.habits) > 0
}

// sessions returns how many sessions the identity has within the activity.
func (w *world) sessions(x *identity) int {
	if x.deniedOnly {
		return 1
	}
	n := w.perIdentity / sessionLength * (0.5 + x.rand("sessions").Float64())
	return max(2, int(n+0.5))
}

// day returns the day of a session, counted from the start of the activity.
// The first falls into the last sixty days, so that nobody who is active is
// nearly inactive.
func (w *world) day(x *identity, j int) int {
	r := x.acct.seed.Stream(string(x.kind)+"day", x.index, j)
	d := r.IntN(w.opts.Days)
	if j == 0 {
		d = w.opts.Days - 1 - r.IntN(min(60, w.opts.Days))
	}
	if x.human() {
		d = w.workday(d)
	}
	return d
}

// workday moves a day at the weekend to one beside it.
func (w *world) workday(d int) int {
	shift := 0
	switch w.from.AddDate(0, 0, d).Weekday() {
	case time.Saturday:
		shift = -1
	case time.Sunday:
		shift = -2
	case time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday:
	}
	if d+shift < 0 {
		return d + 3 + shift // The Monday after.
	}
	return d + shift
}

// human reports whether people act in the identity's sessions.
func (x *identity) human() bool {
	return x.kind == kindUser && x.console || x.trusted == "saml"
}

// steps computes the calls of a session. The first always succeeds, so that an
// active identity has used something; the first of all is the profile's first
// habit, which a group grants where groups do.
func (w *world) steps(x *identity, j int) []step {
	r := x.acct.seed.Stream(string(x.kind)+"steps", x.index, j)
	at := w.start(x, j, r)
	if x.deniedOnly {
		c := draw.Pick(r, x.profile.refused)
		return []step{{at, c, refusal(c.source)}}
	}
	habits := x.profile.habits
	n := 3 + r.IntN(4)
	if x.profile.whole {
		n = len(habits)
	}
	steps := make([]step, 0, n+1)
	for k := range n {
		c := habits[r.IntN(len(habits))]
		if x.profile.whole || j == 0 && k == 0 {
			c = habits[k]
		}
		s := step{at: at, call: c}
		if k > 0 && !x.profile.whole {
			s.code = mishap(c, r)
		}
		steps = append(steps, s)
		at = at.Add(x.pause(r))
	}
	if len(x.profile.refused) > 0 && !x.super && r.IntN(8) == 0 {
		c := draw.Pick(r, x.profile.refused)
		steps = append(steps, step{at, c, refusal(c.source)})
	}
	return steps
}

// start returns when a session starts: in office hours for people, at the
// identity's own minute of some hour for machines. Sessions end on their day.
func (w *world) start(x *identity, j int, r *rand.Rand) time.Time {
	midnight := w.from.AddDate(0, 0, w.day(x, j))
	if x.human() {
		return midnight.Add(7*time.Hour + time.Duration(r.IntN(9*3600))*time.Second)
	}
	minute := x.rand("cadence").IntN(55)
	return midnight.Add(time.Duration(r.IntN(24))*time.Hour + time.Duration(minute)*time.Minute + time.Duration(r.IntN(20))*time.Second)
}

func (x *identity) pause(r *rand.Rand) time.Duration {
	if x.human() {
		return time.Duration(5+r.IntN(240)) * time.Second
	}
	return time.Duration(r.IntN(6)) * time.Second
}

// mishap returns the error code of a call that was allowed and failed, or "".
func mishap(c *call, r *rand.Rand) string {
	switch n := r.IntN(1000); {
	case n < 7 && c.source == "ec2.amazonaws.com":
		return "Client.RequestLimitExceeded"
	case n < 7 && !c.data:
		return "ThrottlingException"
	case n < 40:
		return c.failure
	}
	return ""
}

// refusal returns the error code with which a service refuses a call.
func refusal(source string) string {
	switch source {
	case "ec2.amazonaws.com":
		return "Client.UnauthorizedOperation"
	case "s3.amazonaws.com", "iam.amazonaws.com", "sts.amazonaws.com", "sqs.amazonaws.com", "rds.amazonaws.com",
		"cloudformation.amazonaws.com", "cloudtrail.amazonaws.com":
		return "AccessDenied"
	}
	return "AccessDeniedException"
}

// keyOf returns which access key signs a user's session: its index, or -1 for
// the console.
func (x *identity) keyOf(j int, start time.Time) int {
	for i, k := range x.keys {
		if k.used && k.created.Before(start) && (!x.console || (j+i)%2 == 1) {
			return i
		}
	}
	return -1
}

// lastUse is when an identity last did something, and by which credential.
type lastUse struct {
	any, console time.Time
	keys         [2]time.Time
	service      [2]string // To which each key signed its last call.
}

// lastUse replays the identity's sessions. A refused call counts for the
// credential that signed it, as it does in AWS's own reports, but not for the
// identity.
func (w *world) lastUse(x *identity) lastUse {
	if last, ok := w.attack.lastUse(x); ok || !x.acts() {
		return last
	}
	var last lastUse
	for j := range w.sessions(x) {
		steps := w.steps(x, j)
		k := x.keyOf(j, steps[0].at)
		if start := steps[0].at; k < 0 && start.After(last.console) {
			last.console = start.Add(-signInLead)
		}
		for _, s := range steps {
			if !s.refused() && s.at.After(last.any) {
				last.any = s.at
			}
			if k >= 0 && s.at.After(last.keys[k]) {
				last.keys[k], last.service[k] = s.at, strings.TrimSuffix(s.call.source, ".amazonaws.com")
			}
		}
	}
	return last
}

// signInLead is the time between a console sign-in and the first call.
const signInLead = 20 * time.Second
