package audit

import (
	"html/template"
	"maps"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/config"
)

// bars is one series as bars.
type bars struct {
	Name   string
	Points []point
}

// point is one interval; Percent is of the highest.
type point struct {
	Time    time.Time
	Count   int64
	Percent int64
}

// shownSeries bounds the series of a page.
const shownSeries = 10

// barsOf draws the intervals in which there is something.
func barsOf(s *api.AuditSeries) []bars {
	if s == nil {
		return nil
	}
	var step config.Duration
	if err := step.UnmarshalText([]byte(s.Step)); err != nil {
		return nil
	}
	var most int64 = 1
	for _, l := range s.Lines {
		most = max(most, slices.Max(append([]int64{1}, l.Counts...)))
	}
	var list []bars
	for _, l := range s.Lines[:min(len(s.Lines), shownSeries)] {
		one := bars{Name: nameOf(&l)}
		for i, n := range l.Counts {
			if n > 0 {
				one.Points = append(one.Points, point{s.Start.Add(time.Duration(i) * step.Std()), n, 100 * n / most})
			}
		}
		list = append(list, one)
	}
	return list
}

func nameOf(l *api.AuditLine) string {
	if l.Rest {
		return "all others"
	}
	var texts []string
	for _, name := range slices.Sorted(maps.Keys(l.Labels)) {
		texts = append(texts, name+": "+l.Labels[name])
	}
	if len(texts) == 0 {
		return "events"
	}
	return strings.Join(texts, ", ")
}

func pageFunctions() template.FuncMap {
	return template.FuncMap{
		"time": func(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05 UTC") },
		"outcome": func(o auditlog.Outcome) string {
			switch o {
			case auditlog.AuthorizationFailure:
				return "denied"
			case auditlog.Error:
				return "failed"
			case auditlog.Success:
			}
			return string(o)
		},
		"more": func(list []api.AuditResource) int { return len(list) - 1 },
		"link": func(ev api.AuditEvent) string {
			return "/audit/event?" + url.Values{"id": {ev.ID}, "at": {ev.Time.Format(time.RFC3339Nano)}}.Encode()
		},
	}
}
