package show

import (
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/internal/config"
)

// rest is the label of the line that sums up those that are not shown.
const rest = "(rest)"

// series writes a row for each interval and line that has events.
func series(w io.Writer, a *api.AuditAnswer, o Options) error {
	s := a.Series
	if s == nil {
		s = &api.AuditSeries{}
	}
	var step config.Duration
	if err := step.UnmarshalText([]byte(s.Step)); err != nil && len(s.Lines) > 0 {
		return err
	}
	labels := labelsOf(s)
	head := slices.Concat([]string{"time"}, labels, []string{"count"})
	rows := rowsOf(s, labels, step.Std())
	switch o.Format {
	case NDJSON:
		return lines(w, head, rows)
	case CSV:
		return table(w, head, rows)
	case Table, JSON:
	}
	g := &grid{head: slices.Concat(head, []string{""}), right: make([]bool, len(head)+1)}
	g.right[len(head)-1] = true
	most := greatest(rows)
	for _, row := range rows {
		n, _ := strconv.ParseInt(row[len(row)-1], 10, 64)
		row[0] = seconds(row[0])
		for i, v := range row {
			if v == "" {
				row[i] = none
			}
		}
		g.add(append(row, bar(n, most))...)
	}
	return finish(w, g, a, o, "intervals of "+s.Step+" with events,")
}

func labelsOf(s *api.AuditSeries) []string {
	all := map[string]bool{}
	for _, l := range s.Lines {
		for name := range l.Labels {
			all[name] = true
		}
	}
	return slices.Sorted(maps.Keys(all))
}

// rowsOf goes from interval to interval, and in each from line to line.
func rowsOf(s *api.AuditSeries, labels []string, step time.Duration) [][]string {
	intervals := 0
	for _, l := range s.Lines {
		intervals = max(intervals, len(l.Counts))
	}
	var rows [][]string
	for i := range intervals {
		at := s.Start.Add(time.Duration(i) * step).UTC().Format(time.RFC3339)
		for _, l := range s.Lines {
			if i < len(l.Counts) && l.Counts[i] != 0 {
				row := append([]string{at}, values(&l, labels)...)
				rows = append(rows, append(row, strconv.FormatInt(l.Counts[i], 10)))
			}
		}
	}
	return rows
}

func values(l *api.AuditLine, labels []string) []string {
	list := make([]string, len(labels))
	for i, name := range labels {
		list[i] = l.Labels[name]
		if l.Rest {
			list[i] = rest
		}
	}
	return list
}

func greatest(rows [][]string) (most int64) {
	for _, row := range rows {
		n, _ := strconv.ParseInt(row[len(row)-1], 10, 64)
		most = max(most, n)
	}
	return most
}

// bar draws a number; the greatest is the longest.
func bar(n, most int64) string {
	const length = 30
	return strings.Repeat("█", int((n*length+most-1)/most))
}
