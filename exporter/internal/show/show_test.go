package show_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/leastward/leastward/exporter/internal/show"
	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/entitlement"
)

func at(minute int) time.Time { return time.Date(2026, 1, 2, 3, minute, 5, 6, time.UTC) }

func answer() *api.AuditAnswer {
	return &api.AuditAnswer{Kind: api.KindEvents, From: at(0), To: at(10), Cursor: "more", Events: []api.AuditEvent{
		{
			Time: at(4), ID: "1", Cloud: entitlement.AWS, System: "111111111111", Identity: "arn:aws:iam::111111111111:role/ci/deploy", Session: "s\x1b[2J1",
			Actions: []entitlement.Action{"lambda:CreateFunction", "iam:PassRole"}, Outcome: auditlog.AuthorizationFailure, Address: "192.0.2.7",
			Resources: []api.AuditResource{{ID: "arn:aws:lambda:eu-west-1:111111111111:function:f", Type: "AWS::Lambda::Function"}, {ID: "b", Type: "AWS::Lambda::Function"}, {Type: "x"}},
			Raw:       `{"a":"b"}`,
		},
		{Time: at(3), ID: "2", System: "222222222222", IdentityType: "AWSService", Name: "Odd", Outcome: auditlog.Error, ErrorCode: "Throttling", UserAgent: "=1+1", RawBase64: []byte("\xff")},
	}}
}

func written(t *testing.T, a *api.AuditAnswer, o show.Options) string {
	t.Helper()
	var b bytes.Buffer
	if err := show.Answer(&b, a, o); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestEventTable(t *testing.T) {
	t.Parallel()
	want := `TIME                 SYSTEM        IDENTITY                        ACTION                    RESOURCE       OUTCOME           ADDRESS
2026-01-02 03:04:05  111111111111  role/ci/deploy (s<U+001B>[2J1)  lambda:CreateFunction +1  function:f +1  denied            192.0.2.7
2026-01-02 03:03:05  222222222222  AWSService                      Odd                                      error Throttling

2 events, of more (see --limit and --all), from 2026-01-02 03:00:05 UTC to 2026-01-02 03:10:05 UTC
`
	if diff := cmp.Diff(want, written(t, answer(), show.Options{Format: show.Table})); diff != "" {
		t.Error(diff)
	}
	one := answer()
	one.Events = one.Events[:1]
	one.Cursor = ""
	if got := written(t, one, show.Options{Format: show.Table}); strings.Contains(got, "SYSTEM") || !strings.Contains(got, "\n1 event from") {
		t.Errorf("one system:\n%s", got)
	}
	one.Events = nil
	if got := written(t, one, show.Options{Format: show.Table}); got != "No event from 2026-01-02 03:00:05 UTC to 2026-01-02 03:10:05 UTC matches.\n" {
		t.Error(got)
	}
}

// Ids of resources of Azure and Google Cloud are cut to what tells them apart.
func TestBriefResources(t *testing.T) {
	t.Parallel()
	a := answer()
	a.Events = a.Events[:1]
	for id, want := range map[entitlement.ResourceID]string{
		"/subscriptions/s/resourceGroups/rg/providers/Microsoft.Compute/virtualMachines/vm": " virtualMachines/vm +1 ",
		"//compute.googleapis.com/projects/p/zones/z/instances/i":                           " instances/i +1 ",
	} {
		a.Events[0].Resources[0].ID = id
		if got := written(t, a, show.Options{Format: show.Table}); !strings.Contains(got, want) {
			t.Errorf("%s is not shown as %q:\n%s", id, want, got)
		}
	}
}

// A table is never wider than the terminal, as long as that has some room.
func TestWidth(t *testing.T) {
	t.Parallel()
	for width := 90; width < 160; width++ {
		got := written(t, answer(), show.Options{Format: show.Table, Width: width})
		table, notice, _ := strings.Cut(got, "\n\n")
		for line := range strings.Lines(table) {
			if n := len([]rune(strings.TrimSuffix(line, "\n"))); n > width {
				t.Errorf("width %d: %d: %s", width, n, line)
			}
		}
		if cut := strings.Contains(table, "…"); cut != strings.Contains(notice, "cut to the width of the terminal") {
			t.Errorf("width %d: cut %v:\n%s", width, cut, got)
		}
	}
}

func TestEventsForPrograms(t *testing.T) {
	t.Parallel()
	got := written(t, answer(), show.Options{Format: show.CSV, Columns: []string{"id", "action", "resource_type", "user_agent", "read_only"}, Raw: true})
	want := "id,action,resource_type,user_agent,read_only,raw\r\n1,lambda:CreateFunction iam:PassRole,AWS::Lambda::Function x,,false,\"{\"\"a\"\":\"\"b\"\"}\"\r\n2,,,'=1+1,false,<FF>\r\n"
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if got := written(t, answer(), show.Options{Format: show.NDJSON}); strings.Count(got, "\n") != 2 || !strings.Contains(got, `"user_agent":"=1+1"`) {
		t.Error(got)
	}
	if got := written(t, answer(), show.Options{Format: show.JSON}); !strings.Contains(got, "  \"cursor\": \"more\"") {
		t.Error(got)
	}
	head, _, _ := strings.Cut(written(t, answer(), show.Options{Format: show.CSV}), "\r\n")
	if head != strings.Join(show.Columns(), ",") {
		t.Error(head)
	}
}

func TestGroups(t *testing.T) {
	t.Parallel()
	a := &api.AuditAnswer{Kind: api.KindGroups, From: at(0), To: at(1), Groups: &api.AuditGroups{
		Columns: []string{"error_code", "count", "unique(action)", "last"}, Truncated: true,
		Rows: [][]string{{"", "1234", "5", "2026-01-02T03:04:05.000000006Z"}, {"Throttling", "9", "10", "odd"}},
	}}
	want := `ERROR CODE  COUNT  UNIQUE(ACTION)  LAST
(none)       1234               5  2026-01-02 03:04:05
Throttling      9              10  odd

2 groups, of more (see --limit), from 2026-01-02 03:00:05 UTC to 2026-01-02 03:01:05 UTC
`
	if diff := cmp.Diff(want, written(t, a, show.Options{Format: show.Table})); diff != "" {
		t.Error(diff)
	}
	lines := written(t, a, show.Options{Format: show.NDJSON})
	if !strings.HasPrefix(lines, `{"count":1234,"error_code":"","last":"2026-01-02T03:04:05.000000006Z","unique(action)":5}`+"\n") {
		t.Error(lines)
	}
	if got := written(t, a, show.Options{Format: show.CSV}); !strings.HasPrefix(got, "error_code,count,unique(action),last\r\n,1234,5,2026-") {
		t.Error(got)
	}
}

func TestSeries(t *testing.T) {
	t.Parallel()
	a := &api.AuditAnswer{Kind: api.KindSeries, From: at(0), To: at(9), Series: &api.AuditSeries{Start: at(0).Truncate(time.Minute), Step: "1m", Lines: []api.AuditLine{
		{Labels: map[string]string{"outcome": "success", "username": "ana"}, Counts: []int64{30, 0, 1}},
		{Labels: map[string]string{"outcome": "error"}, Counts: []int64{15, 0, 0}},
		{Rest: true, Counts: []int64{0, 0, 7}},
	}}}
	want := fmt.Sprintf(`TIME                 OUTCOME  USERNAME  COUNT
2026-01-02 03:00:00  success  ana          30  %s
2026-01-02 03:00:00  error    (none)       15  %s
2026-01-02 03:02:00  success  ana           1  █
2026-01-02 03:02:00  (rest)   (rest)        7  ███████

intervals of 1m with events, from 2026-01-02 03:00:05 UTC to 2026-01-02 03:09:05 UTC
`, strings.Repeat("█", 30), strings.Repeat("█", 15))
	if diff := cmp.Diff(want, written(t, a, show.Options{Format: show.Table})); diff != "" {
		t.Error(diff)
	}
	if got := written(t, a, show.Options{Format: show.NDJSON}); !strings.HasPrefix(got, `{"count":30,"outcome":"success","time":"2026-01-02T03:00:00Z","username":"ana"}`+"\n") {
		t.Error(got)
	}
	a.Series.Lines = nil
	if got := written(t, a, show.Options{Format: show.Table}); !strings.HasPrefix(got, "No event from") {
		t.Error(got)
	}
}

func TestCheck(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		o    show.Options
		want string
	}{
		{show.Options{Format: show.Table, Columns: []string{"time", "user"}}, ""},
		{show.Options{Format: show.CSV, Raw: true}, ""},
		{show.Options{Format: show.Table, Raw: true}, "--raw: records do not fit a table"},
		{show.Options{Format: show.JSON, Columns: []string{"time"}}, "--columns: json has all of them"},
		{show.Options{Format: show.CSV, Columns: []string{"severity"}}, `--columns: "severity" is none; there are time, id`},
	} {
		err := test.o.Check()
		if test.want == "" && err != nil || test.want != "" && (err == nil || !strings.HasPrefix(err.Error(), test.want)) {
			t.Errorf("%+v: %v", test.o, err)
		}
	}
	if _, err := show.NewEvents(nil, show.Options{Format: show.Table}); err == nil {
		t.Error("a table is written event by event")
	}
}
