package analyze

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/leastward/leastward/exporter/internal/collector"
	"github.com/leastward/leastward/exporter/internal/source"
	"github.com/leastward/leastward/internal/collect/records"
	"github.com/leastward/leastward/internal/entitlement"
)

// Overview is the answer over several systems; its JSON form is stable.
type Overview struct {
	// Records tells, for each cloud whose files may hold several systems, what
	// became of every record of them.
	Records []Records  `json:"records"`
	Systems []*Summary `json:"systems"`
	// Problems are those that are not of one system.
	Problems []Problem `json:"problems"`
}

// Records tells what became of the records of the files of one cloud.
type Records struct {
	Cloud        entitlement.Cloud `json:"cloud"`
	Entitlements Taken             `json:"entitlements"`
	Logs         LogRecords        `json:"logs"`
}

// Files counts files.
type Files struct {
	Read    int64 `json:"read"`
	Ignored int64 `json:"ignored"` // In a directory, and something else.
	// Refused are those of which nothing could be read, by reason.
	Refused map[records.Reason]int64 `json:"refused_by_reason,omitempty"`
}

// Taken counts records: In is Taken and Rejected.
type Taken struct {
	Files      Files                    `json:"files"`
	In         int64                    `json:"in"`
	Taken      int64                    `json:"taken"`
	Rejected   int64                    `json:"rejected"`
	RejectedBy map[records.Reason]int64 `json:"rejected_by_reason,omitempty"`
}

// LogRecords counts the records of logs: the events are those of all systems
// together, and those of none.
type LogRecords struct {
	Files Files `json:"files"`
	Events
	// NoSystem are those of the events that belong to no system, such as sign-ins
	// to a tenant.
	NoSystem int `json:"of_no_system"`
}

// Overlook makes the overview of several summaries.
func Overlook(systems []*Summary, estates []*source.EstateReading) *Overview {
	o := &Overview{Records: []Records{}, Systems: systems, Problems: []Problem{}}
	for _, e := range estates {
		one := Records{Cloud: e.Cloud, Entitlements: taken(&e.Entitlements), Logs: LogRecords{Files: filesOf(&e.Logs), NoSystem: e.Nowhere.In}}
		sum := e.Nowhere
		sum.Add(e.Outside)
		for _, s := range e.Systems {
			sum.Add(s.Events)
		}
		sum.Add(collector.EventCounts{In: int(e.Logs.RejectedTotal()), Rejected: e.Logs.ByReason()})
		one.Logs.Events = events(&sum)
		o.Records = append(o.Records, one)
		for _, p := range e.Problems {
			o.Problems = append(o.Problems, Problem{p.Code, p.Subject, p.Message})
		}
	}
	return o
}

func filesOf(r *source.Records) Files { return Files{r.Files, r.Ignored, r.Refused} }

func taken(r *source.Records) Taken {
	return Taken{filesOf(r), r.In, r.Taken, r.RejectedTotal(), r.Rejected}
}

// JSON writes the overview for programs.
func (o *Overview) JSON(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	return e.Encode(o)
}

// Text writes the overview for people: the records, and then each system.
func (o *Overview) Text(w io.Writer) error {
	t := &text{w: tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)}
	for i := range o.Records {
		o.Records[i].text(t)
	}
	printProblems(t, "What could not be read", o.Problems)
	if t.err == nil {
		t.err = t.w.Flush()
	}
	for _, s := range o.Systems {
		if t.err == nil {
			_, t.err = fmt.Fprintf(w, "\n%s\n\n", strings.Repeat("─", 80))
		}
		if t.err == nil {
			t.err = s.Text(w)
		}
	}
	return t.err
}

func (r *Records) text(t *text) {
	t.line("%s: every record of the files", r.Cloud)
	e := &r.Entitlements
	t.line("  entitlements\t%d read = %d taken + %d rejected\t%s", e.In, e.Taken, e.Rejected, e.Files.text())
	reasons(t, e.RejectedBy)
	l := &r.Logs
	t.line("  logs\t%d read = %d used a permission + %d denied + %d need no permission + %d unmapped + %d rejected\t%s",
		l.In, l.Used, l.Denied, l.NotPermissionBearing, l.Unmapped, l.Rejected, l.Files.text())
	reasons(t, l.RejectedBy)
	if l.NoSystem > 0 {
		t.line("    of no system\t%d", l.NoSystem)
	}
}

func reasons[R ~string, N int | int64](t *text, by map[R]N) {
	for _, reason := range slices.Sorted(maps.Keys(by)) {
		t.line("    rejected\t%s\t%d", reason, by[reason])
	}
}

func (f *Files) text() string {
	parts := []string{fmt.Sprintf("%d files", f.Read)}
	for _, reason := range slices.Sorted(maps.Keys(f.Refused)) {
		parts = append(parts, fmt.Sprintf("%d refused: %s", f.Refused[reason], reason))
	}
	if f.Ignored > 0 {
		parts = append(parts, fmt.Sprintf("%d ignored", f.Ignored))
	}
	return strings.Join(parts, ", ")
}
