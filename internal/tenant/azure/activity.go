package azure

import (
	"iter"
	"math/rand/v2"
	"time"

	"github.com/leastward/leastward/internal/tenant/draw"
	"github.com/leastward/leastward/internal/tenant/files"
)

// sessionLength is about how many records a session has.
const sessionLength = 6.0

// logs is where the containers of the storage account stand that diagnostic
// settings write to.
const logs = "azure/logs/"

// writeLogs writes all logs, day by day, and returns the number of records.
func (t *Tenant) writeLogs(create files.Create) (int, error) {
	log := files.NewLog(create)
	days := t.span.Schedule(t.actors())
	news := t.newSecrets()
	for n, sessions := range days {
		for _, s := range sessions {
			t.emit(t.identity(kind(s.Kind), int(s.Index)), int(s.Ordinal), log)
		}
		t.background(n, news[n], log)
		if err := log.Flush(); err != nil {
			return 0, err
		}
	}
	return log.Written(), nil
}

func (t *Tenant) actors() iter.Seq[files.Actor] {
	return func(yield func(files.Actor) bool) {
		for x := range t.identities() {
			if a := t.actor(x); a.Sessions > 0 && !yield(a) {
				return
			}
		}
	}
}

// step is one call of a session.
type step struct {
	at      time.Time
	call    string // Operation of ARM, of a storage account or of a key vault.
	code    string // Of the error; "" is success.
	refused bool
}

// steps computes the calls of a session. The first always succeeds, so that who
// is active has used something; the first of all is the profile's first habit.
func (t *Tenant) steps(x *identity, j int, r *rand.Rand) []step {
	at := t.span.Start(t.actor(x), j)
	if x.deniedOnly {
		return []step{{at, draw.Pick(r, x.profile.refused), "", true}}
	}
	list := make([]step, 0, 6)
	for k := range 2 + r.IntN(3) {
		s := step{at: at, call: draw.Pick(r, x.profile.habits)}
		if j == 0 && k == 0 {
			s.call = x.profile.habits[0]
		}
		if k > 0 && r.IntN(30) == 0 {
			s.code = failure(s.call, r)
		}
		list = append(list, s)
		at = at.Add(x.pause(r))
	}
	if x.eligible == "" && len(x.profile.refused) > 0 && r.IntN(8) == 0 {
		list = append(list, step{at, draw.Pick(r, x.profile.refused), "", true})
	}
	return list
}

func (x *identity) pause(r *rand.Rand) time.Duration {
	if x.human() {
		return time.Duration(5+r.IntN(240)) * time.Second
	}
	return time.Duration(1+r.IntN(6)) * time.Second
}

// emit writes the records of one session: the sign-in, then the calls.
func (t *Tenant) emit(x *identity, j int, log *files.Log) {
	r := t.opts.Seed.Stream("emit "+x.kind.String(), x.index, j)
	steps := t.steps(x, j, r)
	from := address(r, x.human())
	t.signIn(x, shortlyBefore(steps[0].at), from, r, log)
	for _, s := range steps {
		switch planeOf(s.call) {
		case control:
			t.operation(x, s, from, r, log)
		case blobs:
			t.blob(x, s, from, r, log)
		case secrets:
			t.secretCall(x, s, from, r, log)
		}
	}
}

// shortlyBefore returns a time in the same hour, whose file it belongs to.
func shortlyBefore(at time.Time) time.Time {
	if before := at.Add(-20 * time.Second); before.Hour() == at.Hour() {
		return before
	}
	return at
}

// plane tells which log records a call.
type plane uint8

const (
	control plane = iota // The Activity Log.
	blobs                // The log of a storage account.
	secrets              // The log of a key vault.
)

func planeOf(call string) plane {
	switch call {
	case "GetBlob", "PutBlob", "DeleteBlob", "ListBlobs", "GetBlobProperties":
		return blobs
	case "SecretGet", "SecretSet":
		return secrets
	}
	return control
}

// failure is the code with which a call failed that was allowed.
func failure(call string, r *rand.Rand) string {
	switch planeOf(call) {
	case blobs:
		return "BlobNotFound"
	case secrets:
		return "Not Found"
	case control:
	}
	return draw.Pick(r, []string{"Conflict", "RequestDisallowedByPolicy", "TooManyRequests"})
}

// hourly returns the path at which a container has the records of an hour.
func hourly(container, of string, at time.Time) string {
	return logs + container + "/" + of + at.UTC().Format("/y=2006/m=01/d=02/h=15/m=00") + "/PT1H.json"
}
