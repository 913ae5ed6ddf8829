package azure

import (
	"cmp"
	"time"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/collect/records"
	"github.com/leastward/leastward/internal/collect/records/jsonscan"
	"github.com/leastward/leastward/internal/collect/records/searchtext"
	"github.com/leastward/leastward/internal/entitlement"
)

// normaliser turns records into events. It belongs to one goroutine.
type normaliser struct {
	cat     *catalog.Catalog
	lean    bool
	names   records.Interner
	calls   map[string]call
	detail  searchtext.Collector
	arena   []byte // Decoded texts of JSON that stands in strings.
	member  []byte // One member of an object, to be collected alone.
	scratch []byte
}

func newNormaliser(o *records.Options) *normaliser {
	return &normaliser{
		cat: cmp.Or(o.Catalog, catalog.Azure()), lean: o.Lean, detail: searchtext.Collector{Lean: o.Lean},
		calls: map[string]call{}, scratch: make([]byte, 0, 1<<10),
	}
}

// event fills ev from a record. A reason other than "" means that the record is
// refused, for what the message says.
func (n *normaliser) event(ev *auditlog.Event, r *logRecord) (records.Reason, string) {
	n.arena = n.arena[:0]
	n.detail.Reset()
	*ev = auditlog.Event{Cloud: entitlement.Azure, Resources: ev.Resources[:0]}
	c := n.classify(r)
	if reason, message := check(r, c); reason != "" {
		return reason, message
	}
	switch c {
	case ofSignIn:
		n.signIn(ev, r)
	case ofDirectory:
		n.directory(ev, r)
	case ofStorage, ofVault, ofResource:
		n.resourceLog(ev, r, c)
	case ofActivity:
		n.activity(ev, r)
	case ofMetric: // Was refused.
	}
	at, err := n.when(r, c)
	if err != nil {
		return records.BadTime, err.Error()
	}
	ev.Time = at
	ev.RequestID = r.text(fieldCorrelation).String()
	n.ident(ev, r)
	if !n.lean {
		ev.Detail = n.detail.String()
	}
	return "", ""
}

// ident sets the id. A record without one gets the hash of its text.
func (n *normaliser) ident(ev *auditlog.Event, r *logRecord) {
	for _, f := range []field{fieldEventID, fieldID} {
		if t := r.text(f); len(t) > 0 {
			ev.ID = eventID(t.String())
			return
		}
	}
}

// class is which log a record is of.
type class uint8

const (
	ofActivity  class = iota // The Activity Log.
	ofDirectory              // Entra's audit log.
	ofSignIn                 // Entra's sign-in logs.
	ofStorage                // Storage accounts.
	ofVault                  // Key vaults.
	ofResource               // Other resources.
	ofMetric                 // No events.
)

// check refuses what is not an event, naming what is missing.
func check(r *logRecord, c class) (records.Reason, string) {
	switch {
	case c == ofMetric:
		return records.NotAudit, "a metric or a trace of a resource, not a record of who did what"
	case !r.has(fieldTime) && !r.has(fieldCreated) && !r.has(fieldActivityTime) && !r.has(fieldGenerated):
		return records.MissingField, "time is missing (eventTimestamp, TimeGenerated, createdDateTime): not a record of Azure's logs, or one cut down by a query"
	case c != ofSignIn && !r.has(fieldOperationName) && !r.has(fieldOperationValue) && !r.has(fieldActivity):
		return records.MissingField, "operationName is missing: not a record of Azure's logs, or one cut down by a query"
	}
	return "", ""
}

// when returns the time of a record. What diagnostic settings and Log Analytics
// put around a record of Entra says when it was handed on.
func (n *normaliser) when(r *logRecord, c class) (time.Time, error) {
	order := []field{fieldTime, fieldCreated, fieldActivityTime, fieldGenerated}
	switch c { //nolint:exhaustive // the others have one time only
	case ofSignIn:
		order = []field{fieldCreated, fieldTime, fieldGenerated}
	case ofDirectory:
		order = []field{fieldActivityTime, fieldTime, fieldGenerated}
	}
	for _, f := range order {
		if r.has(f) {
			t, err := records.ParseTime(r.text(f).Bytes(n.scratch))
			if err != nil {
				t, err = parseTime(r.text(f).String())
			}
			return t, err
		}
	}
	return time.Time{}, nil // check has refused it.
}

// value returns the text of a string, or of the member "value" of an object, as
// the Activity Log has names with their translations.
func (n *normaliser) value(raw []byte) string {
	if len(raw) > 0 && raw[0] == '{' {
		raw = jsonscan.Member(raw, "value")
	}
	switch {
	case len(raw) == 0 || raw[0] == 'n':
		return ""
	case raw[0] == '"':
		return n.names.Text(jsonscan.TextOf(raw))
	case jsonscan.IsDigit(raw[0]) || raw[0] == '-' || raw[0] == 't' || raw[0] == 'f':
		return n.names.Bytes(raw)
	}
	return ""
}

// object returns an object, which may stand in a string, as the columns of Log
// Analytics do; nil if it is none.
func (n *normaliser) object(raw []byte) []byte { return n.nested(raw, '{') }

// array likewise returns an array.
func (n *normaliser) array(raw []byte) []byte { return n.nested(raw, '[') }

func (n *normaliser) nested(raw []byte, opens byte) []byte {
	switch {
	case len(raw) == 0:
		return nil
	case raw[0] == opens:
		return raw
	case raw[0] != '"':
		return nil
	}
	t := jsonscan.TextOf(raw)
	i := jsonscan.SkipSpace(t, 0)
	if i >= len(t) || t[i] != opens {
		return nil
	}
	start := len(n.arena)
	n.arena = jsonscan.AppendUnescaped(n.arena, t)
	inner := n.arena[start:]
	if end, st := jsonscan.SkipValue(inner, i, 1); st != jsonscan.OK || jsonscan.SkipSpace(inner, end) != len(inner) {
		return nil
	}
	return inner[i:]
}
