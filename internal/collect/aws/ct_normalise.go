package aws

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
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
	names   records.Interner
	calls   map[catalog.Call]mappedCall
	scratch []byte              // For decoded texts.
	long    []byte              // For the strings that are an event's own.
	named   map[string][]naming // By event source.
	detail  searchtext.Collector
	arn     []byte // What ARNs are put together in.
}

// mappedCall is the catalogue's answer for a kind of call.
type mappedCall struct {
	actions []entitlement.Action
	mapping auditlog.Mapping
}

// maxCalls bounds the memory of a normaliser: past it, it starts anew.
const maxCalls = 1 << 14

func newNormaliser(o *EventOptions) *normaliser {
	return &normaliser{
		cat: cmp.Or(o.Catalog, catalog.AWS()), detail: searchtext.Collector{Lean: o.Lean}, calls: map[catalog.Call]mappedCall{},
		named: map[string][]naming{}, scratch: make([]byte, 0, 1<<10),
	}
}

// event fills ev from a record. A reason other than "" means that the record is
// refused, for what the message says.
func (n *normaliser) event(ev *auditlog.Event, r *ctRecord, raw []byte) (Reason, string) {
	if reason, message := r.check(); reason != "" {
		return reason, message
	}
	at, err := r.when()
	if err != nil {
		return BadTime, err.Error()
	}
	*ev = auditlog.Event{Time: at, Cloud: entitlement.AWS, Resources: ev.Resources[:0]}
	n.plain(ev, r)
	n.own(ev, r, raw)
	n.identify(ev, &r.user, ev.Region)
	ev.System = n.system(ev, r)
	n.listed(ev, r.resources)
	n.parameters(ev, r)
	n.permissions(ev, n.intern(r.eventType), n.passesRole(ev, r.parameters))
	return "", ""
}

func (n *normaliser) plain(ev *auditlog.Event, r *ctRecord) {
	ev.Source = n.intern(r.eventSource)
	ev.Name = n.intern(r.eventName)
	ev.Region = n.intern(r.region)
	ev.UserAgent = n.intern(r.userAgent)
	ev.ErrorCode = n.intern(r.errorCode)
	ev.Outcome = callOutcome(ev.ErrorCode)
	if r.failedSignIn() {
		ev.Outcome = auditlog.AuthorizationFailure
	}
	ev.ReadOnly = r.readOnly == flagTrue
	ev.DataEvent = string(r.eventCategory) == "Data" || r.eventCategory == nil && r.management == flagFalse
}

// own copies the strings that few other events have, all in one allocation. An
// event without an id gets one from its contents, so that it too is counted
// once.
func (n *normaliser) own(ev *auditlog.Event, r *ctRecord, raw []byte) {
	n.long = n.long[:0]
	if n.long = jsonscan.AppendUnescaped(n.long, r.eventID); len(n.long) == 0 {
		sum := sha256.Sum256(raw)
		n.long = hex.AppendEncode(n.long, sum[:])
	}
	id := len(n.long)
	n.long = jsonscan.AppendUnescaped(n.long, r.requestID)
	request := len(n.long)
	n.long = jsonscan.AppendUnescaped(n.long, r.errorMessage)
	message := len(n.long)
	n.long = jsonscan.AppendUnescaped(n.long, r.address)
	address := len(n.long)
	n.long = jsonscan.AppendUnescaped(n.long, r.user.key)
	all := string(n.long)
	ev.ID, ev.RequestID, ev.ErrorText = all[:id], all[id:request], all[request:message]
	ev.Address, ev.AccessKey = all[message:address], entitlement.AccessKeyID(all[address:])
}

func (n *normaliser) system(ev *auditlog.Event, r *ctRecord) entitlement.SystemID {
	for _, t := range []jsonscan.Text{r.account, r.user.account} {
		if len(t) > 0 {
			return entitlement.SystemID(n.intern(t))
		}
	}
	return entitlement.SystemID(accountOf(string(ev.Identity)))
}

// permissions sets which permissions the call exercises.
func (n *normaliser) permissions(ev *auditlog.Event, eventType string, passesRole bool) {
	call := catalog.Call{Source: ev.Source, Name: ev.Name, EventType: eventType, PassesRole: passesRole}
	m, ok := n.calls[call]
	if !ok {
		if len(n.calls) >= maxCalls {
			clear(n.calls)
		}
		m = n.lookUp(call)
		n.calls[call] = m
	}
	ev.Actions, ev.Mapping = m.actions, m.mapping
}

func (n *normaliser) lookUp(call catalog.Call) mappedCall {
	indices, mapping := n.cat.Permissions(call)
	m := mappedCall{}
	for _, i := range indices {
		m.actions = append(m.actions, n.cat.Info(i).Action)
	}
	switch mapping {
	case catalog.Mapped:
		m.mapping = auditlog.Mapped
	case catalog.NotPermissionBearing:
		m.mapping = auditlog.NotPermissionBearing
	case catalog.Unmapped:
		m.mapping = auditlog.Unmapped
	}
	return m
}

// intern returns the decoded text, the same string each time for texts that
// repeat.
func (n *normaliser) intern(t jsonscan.Text) string { return n.names.Text(t) }

func (n *normaliser) internBytes(b []byte) string { return n.names.Bytes(b) }

// check refuses what is not an event, naming what is missing.
func (r *ctRecord) check() (Reason, string) {
	switch {
	case r.digest:
		return Digest, "a CloudTrail digest file: it lists log files and holds no events"
	case string(r.eventType) == "AwsCloudTrailInsight" || string(r.eventCategory) == "Insight":
		return Insight, "a CloudTrail Insights event: a statistic, not a call"
	case len(r.eventName) == 0:
		return MissingField, "eventName is missing: not a CloudTrail record, or one cut down by an export"
	case len(r.eventSource) == 0:
		return MissingField, "eventSource is missing: not a CloudTrail record, or one cut down by an export"
	case len(r.eventTime) == 0 && len(r.timestamp) == 0 && r.epoch == nil:
		return MissingField, "eventTime is missing: not a CloudTrail record, or one cut down by an export"
	case r.misshapen:
		return UnsupportedShape, "userIdentity is not an object; in CloudTrail Lake select eventJson instead of columns"
	}
	return "", ""
}

func (r *ctRecord) when() (time.Time, error) {
	var buf [64]byte
	switch {
	case len(r.eventTime) > 0:
		return records.ParseTime(r.eventTime.Bytes(buf[:]))
	case len(r.timestamp) > 0:
		return records.ParseTime(r.timestamp.Bytes(buf[:]))
	}
	return records.ParseEpoch(r.epoch)
}
