//nolint:thelper // The methods of suite are tests, not helpers.
package storetest

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/entitlement"
)

// hard returns values that some encoding on the way may change.
func hard() []string {
	return []string{
		`"quoted" 'single' and ` + "`back`", `back\slash \n \u0041`, "two\nlines\r\nand\ttabs", "\n", " leading and trailing ", "  ",
		"NUL \x00 within", "\x00", "bell \a escape \x1b[31mred\x1b[0m", "\x7f", "line\u2028separator", "\ufeffmark",
		"äöü ẞ 漢字 🦊 \U0010ffff", "e\u0301 is not é", "עברית \u200fמימין", "not UTF-8: \xff\xfe\x80 end", "\xc3", "\ufffd",
		"0", "-0", "007", "1.50", "1e3", "0x1F", "18446744073709551615", "18446744073709551616", "-9223372036854775808", "NaN", "Infinity", ".5", "5.", "+1",
		"true", "false", "null", "nil", "undefined", "-", "*", "?",
		`{"a":1}`, `["x","y"]`, `[]`, `{}`, `{"a":`, "<script>&amp;</script>", "%00%zz", "a=b&c=d", "$1 ${x} {{x}}",
		"2026-01-02T03:04:05Z", "2026-01-02T03:04:05.000Z", "2026-01-02T03:04:05.123456789Z", "2026-01-02 03:04:05", "1767322800",
		"10.0.0.1", "010.0.0.1", "10.0.0.256", "::1", "fe80::1%eth0", "1h", "1h0m0s", "5MiB", "5.0KB", "1.0",
		"arn:aws:iam::111122223333:user/path/a+b=c,d.e@f-g", "(a or b) | delete", "_msg", "_time:5m", "error_text:=x",
	}
}

// Each value, in every free field, comes back as it was and is found by itself.
func (s *suite) values(t *testing.T) {
	store, _ := s.open(t)
	values := hard()
	evs := make([]auditlog.Event, len(values))
	for i, v := range values {
		evs[i] = everywhere(fmt.Sprintf("value-%d", i), start().Add(time.Duration(i)*time.Second), v)
	}
	add(t, store, evs)
	syncNow(t, store)
	wantEvents(t, answer(t, store, everything()), evs)
	for i, v := range values {
		st := auditlog.Statement{LogsQL: "error_text:=" + quoted(v) + " | sort by (_time)"}
		if got := ids(rows(t, store, st)); len(got) != 1 || got[0] != evs[i].ID {
			t.Errorf("error_text:=%q finds %q, want %s", v, got, evs[i].ID)
		}
	}
}

// everywhere returns an event with one value in all its free fields.
func everywhere(id string, at time.Time, v string) auditlog.Event {
	ev := least(id, at)
	ev.System = entitlement.SystemID(v)
	ev.Identity, ev.IdentityType, ev.IdentityName, ev.Session, ev.AccessKey = entitlement.IdentityID(v), v, v, v, entitlement.AccessKeyID(v)
	ev.Source, ev.Name, ev.ErrorCode, ev.ErrorText, ev.Address, ev.UserAgent, ev.Region = v, v, v, v, v, v, v
	ev.RequestID, ev.InvokedBy, ev.Detail = v, v, v
	return ev
}

func (s *suite) longValues(t *testing.T) {
	store, _ := s.open(t)
	var evs []auditlog.Event
	for i, v := range []string{
		strings.Repeat("long ", 20<<10),
		strings.Repeat(`"`, 100<<10),
		strings.Repeat("\x01", 100<<10), // Six times as long once escaped.
		strings.Repeat("漢", 33<<10),
		strings.Repeat("ab\xff", 33<<10),
	} {
		ev := event(i, start().Add(time.Duration(i)*time.Second))
		ev.ErrorText, ev.UserAgent = v, v+"."
		evs = append(evs, ev)
	}
	many := event(len(evs), start().Add(time.Minute))
	many.Resources = nil
	for i := range 2000 {
		many.Resources = append(many.Resources, auditlog.Resource{ID: entitlement.ResourceID(fmt.Sprintf("arn:aws:s3:::bucket/%d/%s", i, strings.Repeat("k", 80))), Type: "AWS::S3::Object"})
	}
	evs = append(evs, many)
	wantAdded(t, add(t, store, evs), auditlog.Added{New: len(evs)})
	syncNow(t, store)
	wantEvents(t, answer(t, store, everything()), evs)
	wantRecords(t, store, evs)
}

func (s *suite) several(t *testing.T) {
	store, _ := s.open(t)
	ev := event(1, start())
	ev.Actions = []entitlement.Action{"lambda:CreateFunction", "iam:PassRole"}
	ev.Resources = []auditlog.Resource{
		{ID: "arn:aws:lambda:eu-west-1:111122223333:function:f", Type: "AWS::Lambda::Function"},
		{ID: `arn:aws:iam::111122223333:role/with,"quotes"&<angles>`},
		{ID: "arn:aws:s3:::ein-Eimer/ü", Type: "AWS::S3::Object"},
	}
	ev.Issued = []entitlement.AccessKeyID{"ASIAIOSFODNN7EXAMPLE", "AKIAIOSFODNN7EXAMPL2"}
	one := event(2, start())
	add(t, store, []auditlog.Event{ev, one})
	syncNow(t, store)
	wantEvents(t, answer(t, store, everything()), []auditlog.Event{ev, one})
	found := rows(t, store, auditlog.Statement{LogsQL: "id:=" + quoted(ev.ID)})[0]
	for column, want := range map[string]string{
		"action":    "lambda:CreateFunction",
		"actions":   `["lambda:CreateFunction","iam:PassRole"]`,
		"resource":  string(ev.Resources[0].ID),
		"resources": `["arn:aws:lambda:eu-west-1:111122223333:function:f","arn:aws:iam::111122223333:role/with,\"quotes\"&<angles>","arn:aws:s3:::ein-Eimer/ü"]`,
		"issued":    "ASIAIOSFODNN7EXAMPLE",
		"issueds":   `["ASIAIOSFODNN7EXAMPLE","AKIAIOSFODNN7EXAMPL2"]`,
	} {
		if got := found.Get(column); got != want {
			t.Errorf("column %s: got %q, want %q", column, got, want)
		}
	}
	wantIDs(t, ids(rows(t, store, auditlog.Statement{LogsQL: `actions:~"\"iam:PassRole\""`})), []string{ev.ID})
}

func (s *suite) absent(t *testing.T) {
	store, _ := s.open(t)
	ev := least("the-least", start())
	add(t, store, []auditlog.Event{ev})
	syncNow(t, store)
	found := rows(t, store, everything())
	if len(found) != 1 {
		t.Fatalf("%d rows, want 1", len(found))
	}
	for _, f := range found[0] {
		switch f.Name {
		case "_time", "_stream", "_stream_id", "id", "cloud", "system", "outcome", "mapping", "ingested":
		default:
			t.Errorf("column %s = %q of an event that has no such value", f.Name, f.Value)
		}
		if f.Value == "" {
			t.Errorf("column %s is there without a value", f.Name)
		}
	}
	wantEvents(t, answer(t, store, everything()), []auditlog.Event{ev})
}
