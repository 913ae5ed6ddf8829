package trace

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/entitlement"
)

// learn reads the facts of events. The records are fetched of those few alone
// whose detail was cut short.
func (w *walk) learn(ctx context.Context, found []*step) error {
	if err := w.complete(ctx, found); err != nil {
		return err
	}
	for _, s := range found {
		if s.kind != "" && !s.read {
			s.facts = extract(&s.Event, s.kind)
		}
		s.Detail, s.ErrorText = "", ""
	}
	return nil
}

// complete replaces details that are missing or cut by what the records say.
func (w *walk) complete(ctx context.Context, found []*step) error {
	var short []*step
	for _, s := range found {
		if s.wantsRecord() {
			short = append(short, s)
		}
	}
	if len(short) == 0 {
		return nil
	}
	events := make([]auditlog.Event, len(short))
	for i, s := range short {
		events[i] = s.Event
	}
	if err := w.source.Raw(ctx, events); err != nil {
		return fmt.Errorf("read the records of %d events of the trace: %w", len(short), err)
	}
	for i, s := range short {
		s.fromRecord(events[i].Raw)
	}
	return nil
}

// wantsRecord reports whether an event may lead further and does not tell all of
// it by itself.
func (s *step) wantsRecord() bool {
	if s.failed() || s.Cloud == entitlement.Azure || s.Cloud == entitlement.GCP { // Their records tell nothing more.
		return false
	}
	switch s.kind {
	case AssumedRole:
		return len(s.Issued) == 0
	case CreatedIdentity, PassedRole, CreatedCredential, ChangedPolicy, SharedResource:
		return len(s.Detail) >= auditlog.MaxDetail-256 || s.Detail == "" || s.setsBucketPolicy()
	case RanCode, ActedFrom, UsedKey, SessionOf, RunsAs, SignedIn, SensitiveRead, WeakenedDefences, Removed, Deleted, Refused, Discovery, Other:
	}
	return false
}

// setsBucketPolicy knows the calls whose policies are objects and no texts: a
// detail has no "*" that stands alone, which as a principal is everybody.
func (s *step) setsBucketPolicy() bool {
	return s.Source == "s3.amazonaws.com" && strings.HasPrefix(s.Name, "Put") && strings.HasSuffix(s.Name, "Policy")
}

// fromRecord reads the strings of a CloudTrail record's parameters and answer. A
// record of another form tells nothing more.
func (s *step) fromRecord(raw []byte) {
	var r struct {
		Parameters any `json:"requestParameters"`
		Response   any `json:"responseElements"`
	}
	if len(raw) == 0 || json.Unmarshal(raw, &r) != nil {
		return
	}
	var b strings.Builder
	issued := len(s.Issued) == 0
	note := func(k, v string) {
		if v == "*" && (k == "Principal" || k == "AWS") {
			v = `"Principal":"*"`
		}
		b.WriteString(v + " ")
	}
	strs("", r.Parameters, note)
	strs("", r.Response, func(k, v string) {
		note(k, v)
		if issued && k == "accessKeyId" && (s.kind == AssumedRole || in("CreateAccessKey CreateBucketAccessKey", callName(s.Name))) {
			s.Issued = append(s.Issued, entitlement.AccessKeyID(v))
		}
	})
	if b.Len() > 0 {
		s.Detail = b.String()
	}
}

// strs calls f for every string of a JSON value, with the key that holds it.
// Members of objects come in the order of their keys.
func strs(key string, v any, f func(key, value string)) {
	switch v := v.(type) {
	case string:
		f(key, v)
	case []any:
		for _, e := range v {
			strs(key, e, f)
		}
	case map[string]any:
		for _, k := range slices.Sorted(maps.Keys(v)) {
			strs(k, v[k], f)
		}
	}
}
