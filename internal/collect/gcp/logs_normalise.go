package gcp

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/collect/records"
	"github.com/leastward/leastward/internal/collect/records/jsonscan"
	"github.com/leastward/leastward/internal/collect/records/searchtext"
	"github.com/leastward/leastward/internal/entitlement"
)

// normaliser turns entries into events. It belongs to one goroutine.
type normaliser struct {
	cat      *catalog.Catalog
	accounts accounts
	names    records.Interner
	calls    map[catalog.Call]mappedCall
	actions  map[string][]entitlement.Action // By the permissions, one behind the other.
	who      map[string]caller               // By the principal as recorded.
	projects map[string]entitlement.SystemID // By the log's name.
	detail   searchtext.Collector
	lean     bool
	known    map[named]auditlog.Resource
	kinds    map[string]string // Of assets.
	scratch  []byte
	checks   []check
	of       labels // Of the entry at hand.
}

type mappedCall struct {
	actions []entitlement.Action
	mapping auditlog.Mapping
}

// maxKnown bounds each memory of a normaliser: past it, it starts anew.
const maxKnown = 1 << 14

func newNormaliser(o *records.Options) *normaliser {
	return &normaliser{
		cat: cmp.Or(o.Catalog, catalog.GCP()), accounts: newAccounts(), lean: o.Lean, detail: searchtext.Collector{Lean: o.Lean},
		calls: map[catalog.Call]mappedCall{}, actions: map[string][]entitlement.Action{}, who: map[string]caller{},
		projects: map[string]entitlement.SystemID{}, known: map[named]auditlog.Resource{}, kinds: assetKinds(),
	}
}

// event fills ev from an entry. A reason other than "" means that the entry is
// refused, for what the message says.
func (n *normaliser) event(ev *auditlog.Event, e *entry) (records.Reason, string) {
	if reason, message := e.check(); reason != "" {
		return reason, message
	}
	at, err := e.when()
	if err != nil {
		return records.BadTime, err.Error()
	}
	p := &e.audit
	*ev = auditlog.Event{Time: at, Cloud: entitlement.GCP, Resources: ev.Resources[:0]}
	ev.Source, ev.Name = n.names.Text(p.service), n.names.Text(p.method)
	kind := n.place(ev, e)
	n.identify(ev, p)
	ev.ID = n.id(ev, e)
	n.requester(ev, p.requester)
	n.outcome(ev, p.status)
	n.authorize(ev, e, kind)
	n.resources(ev, e)
	n.describe(ev, p)
	return "", ""
}

// check refuses what is no record of an audit log, naming what it is.
func (e *entry) check() (records.Reason, string) {
	switch {
	case !e.audit.found && e.logName == nil && e.holds == "":
		return records.UnsupportedShape, "is no entry of Cloud Logging: it has neither logName nor protoPayload; " +
			"export entries as gcloud logging read --format=json or a sink writes them"
	case !e.audit.found:
		return records.NotAudit, "is no record of an audit log: " + e.what()
	case len(e.audit.method) == 0:
		return records.MissingField, "protoPayload.methodName is missing: not an audit record, or one cut down by an export"
	case e.timestamp == nil && e.received == nil:
		return records.MissingField, "timestamp is missing: not an audit record, or one cut down by an export"
	}
	return "", ""
}

func (e *entry) what() string {
	if e.kind != nil {
		return "its " + e.holds + " is a " + clip(lastOf(e.kind.String()))
	}
	log := clip(strings.ReplaceAll(e.logName.String(), "%2F", "/"))
	if e.holds != "" {
		return "it holds a " + e.holds + ", of the log " + log
	}
	return "it has no payload, of the log " + log
}

// when returns the time of the call, or of its arrival where that is missing.
func (e *entry) when() (time.Time, error) {
	field, value := "timestamp", e.timestamp
	if value == nil || value[0] == 'n' {
		field, value = "receiveTimestamp", e.received
	}
	t, err := entryTime(value)
	if err != nil {
		return t, fmt.Errorf("%s: %w", field, err)
	}
	return t, nil
}

// entryTime reads a time as RFC 3339, as BigQuery writes it ("… UTC", or seconds
// in scientific notation), or as seconds and nanos.
func entryTime(value []byte) (time.Time, error) {
	if len(value) > 0 && value[0] == '{' {
		return protoTime(value)
	}
	text := value
	if t := jsonscan.TextOf(value); t != nil {
		text = []byte(strings.TrimSuffix(t.String(), " UTC"))
	}
	if t, err := records.ParseTime(text); err == nil {
		return t, nil
	}
	if t, err := records.ParseEpoch(text); err == nil && t.Year() > 1970 {
		return t, nil
	}
	return time.Time{}, fmt.Errorf("%q is not a time such as 2006-01-02T15:04:05Z", clip(string(text)))
}

func protoTime(value []byte) (time.Time, error) {
	var s, ns int64
	jsonscan.Members(value, func(key, v []byte) {
		switch string(key) {
		case "seconds":
			s = number(v)
		case "nanos":
			ns = number(v)
		}
	})
	if s <= 0 || ns < 0 || ns >= int64(time.Second) {
		return time.Time{}, fmt.Errorf("%q is not a time in seconds and nanos", clip(string(value)))
	}
	return time.Unix(s, ns).UTC(), nil
}

// number returns a whole number, which may stand in a string; 0 for anything
// else.
func number(v []byte) int64 {
	if t := jsonscan.TextOf(v); t != nil {
		v = t
	}
	var n int64
	for i, c := range v {
		if !jsonscan.IsDigit(c) || i > 17 {
			return 0
		}
		n = n*10 + int64(c-'0')
	}
	return n
}

// id returns the id of an entry. Cloud Logging takes entries of one log with
// the same time and insertId for one and the same; an insertId alone may come
// again. Who called what is in it, too: logs that somebody made anonymous have
// insertIds of their own making.
// https://cloud.google.com/logging/docs/reference/v2/rest/v2/LogEntry#FIELDS.insert_id
func (n *normaliser) id(ev *auditlog.Event, e *entry) string {
	if len(e.insertID) == 0 {
		return "" // The hash of the record stands for it.
	}
	b := n.scratch[:0]
	for _, s := range []string{n.names.Text(e.insertID), n.names.Text(e.logName), ev.Name, string(ev.Identity)} {
		b = append(append(b, s...), 0)
	}
	b = ev.Time.Truncate(time.Microsecond).AppendFormat(b, time.RFC3339Nano) // BigQuery keeps no more.
	jsonscan.Members(e.split, func(key, v []byte) {
		if string(key) == "index" {
			b = append(append(b, 0), v...)
		}
	})
	n.scratch = b
	sum := sha256.Sum256(b)
	return e.insertID.String() + "-" + hex.EncodeToString(sum[:8])
}
