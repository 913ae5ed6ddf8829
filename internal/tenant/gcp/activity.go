package gcp

import (
	"iter"
	"math/rand/v2"
	"strconv"
	"strings"
	"time"

	"github.com/leastward/leastward/internal/tenant/draw"
	"github.com/leastward/leastward/internal/tenant/files"
)

// sessionLength is about how many entries a session has.
const sessionLength = 5.0

// writeLogs writes the audit logs as a sink of the organization writes them to
// Cloud Storage, day by day, and returns the number of entries.
func (o *Organization) writeLogs(create files.Create) (int, error) {
	log := files.NewLog(create)
	for day, sessions := range o.span.Schedule(o.actors()) {
		for _, s := range sessions {
			o.emit(o.identity(kind(s.Kind), int(s.Index)), int(s.Ordinal), log)
		}
		o.background(day, log)
		if err := log.Flush(); err != nil {
			return 0, err
		}
	}
	return log.Written(), nil
}

func (o *Organization) actors() iter.Seq[files.Actor] {
	return func(yield func(files.Actor) bool) {
		for x := range o.identities() {
			if a := o.actor(x); a.Sessions > 0 && !yield(a) {
				return
			}
		}
	}
}

// step is one call of a session.
type step struct {
	at      time.Time
	call    call
	code    int // Of google.rpc.Code; 0 is success.
	refused bool
}

// steps computes the calls of a session. The first always succeeds, so that who
// is active has used something; the first of all is the profile's first habit.
func (o *Organization) steps(x *identity, j int, r *rand.Rand) []step {
	at := o.span.Start(o.actor(x), j)
	if x.deniedOnly {
		return []step{{at, o.calls[draw.Pick(r, x.profile.refused)], 7, true}}
	}
	list := make([]step, 0, 6)
	for k := range 2 + r.IntN(3) {
		s := step{at: at, call: o.calls[draw.Pick(r, x.profile.habits)]}
		if j == 0 && k == 0 {
			s.call = o.calls[x.profile.habits[0]]
		}
		if k > 0 && r.IntN(30) == 0 {
			s.code = draw.Pick(r, []int{5, 8, 9}) // Not found, exhausted, a precondition.
		}
		list = append(list, s)
		at = at.Add(x.pause(r))
	}
	if len(x.profile.refused) > 0 && !x.super && r.IntN(8) == 0 {
		list = append(list, step{at, o.calls[draw.Pick(r, x.profile.refused)], 7, true})
	}
	return list
}

func (x *identity) pause(r *rand.Rand) time.Duration {
	if x.kind == kindUser {
		return time.Duration(5+r.IntN(240)) * time.Second
	}
	return time.Duration(1+r.IntN(6)) * time.Second
}

// emit writes the entries of one session. People ask now and then which
// permissions they have, which is no use of them.
func (o *Organization) emit(x *identity, j int, log *files.Log) {
	r := o.opts.Seed.Stream("emit "+x.kind.String(), x.index, j)
	steps := o.steps(x, j, r)
	from := address(r, x.kind == kindUser)
	if x.kind == kindUser && r.IntN(6) == 0 {
		o.ask(x, steps[0].at, from, r, log)
	}
	for _, s := range steps {
		if s.call.recorded(x.home) {
			o.entries(x, s, from, r, log)
		}
	}
}

func address(r *rand.Rand, person bool) string {
	switch {
	case !person:
		return "198.51.100." + strconv.Itoa(10+r.IntN(60))
	case r.IntN(3) == 0:
		return "198.51.100." + strconv.Itoa(100+r.IntN(100))
	}
	return "192.0.2." + strconv.Itoa(1+r.IntN(200))
}

// fill puts the caller's own names into the form of a resource's name.
func (x *identity) fill(form string, r *rand.Rand) string {
	return strings.NewReplacer("%p", x.home.id, "%z", region(x.team)+"-b", "%l", region(x.team), "%t", x.team, "%n", strconv.Itoa(1+r.IntN(9))).Replace(form)
}

// file returns the path at which a sink has the entries of an hour.
// See https://cloud.google.com/logging/docs/export/storage.
func file(log string, at time.Time) string {
	hour := at.UTC().Format("2006/01/02/15")
	return "gcp/logs/cloudaudit.googleapis.com/" + log + "/" + hour[:11] + hour[11:] + ":00:00_" + hour[11:] + ":59:59_S0.json"
}
