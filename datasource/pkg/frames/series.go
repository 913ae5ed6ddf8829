package frames

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/internal/config"
)

// rest is the label of the line that stands for all that have none.
const rest = "rest"

// Series returns counts over time, a frame for each line. The name is what is
// counted: "count", "unique(action)".
func Series(s *api.AuditSeries, name string) (data.Frames, error) {
	var step config.Duration
	if err := step.UnmarshalText([]byte(s.Step)); err != nil || step <= 0 {
		return nil, fmt.Errorf("read the step of a series: %q is not a duration", s.Step)
	}
	var out data.Frames
	for i := range s.Lines {
		out = append(out, line(s, &s.Lines[i], step.Std(), name))
	}
	if len(out) == 0 {
		return NoData(data.FrameTypeTimeSeriesMulti), nil
	}
	return out, nil
}

func line(s *api.AuditSeries, l *api.AuditLine, step time.Duration, name string) *data.Frame {
	at, counts := make([]time.Time, len(l.Counts)), make([]float64, len(l.Counts))
	for i, n := range l.Counts {
		at[i], counts[i] = s.Start.Add(time.Duration(i)*step), float64(n)
	}
	labels := data.Labels{}
	maps.Copy(labels, l.Labels)
	if l.Rest {
		labels[rest] = "true"
	}
	return oneSeries(seriesOf{name: name, at: at, values: counts, labels: labels, title: legend(labels, name), step: step})
}

// seriesOf is one series.
type seriesOf struct {
	name, title string
	at          []time.Time
	values      any
	labels      data.Labels
	config      *data.FieldConfig
	step        time.Duration
}

func oneSeries(s seriesOf) *data.Frame {
	at, values := data.NewField("time", nil, s.at), data.NewField(s.name, s.labels, s.values)
	if s.config == nil {
		s.config = &data.FieldConfig{}
	}
	values.Config = s.config
	values.Config.DisplayNameFromDS = s.title
	if s.step > 0 {
		at.Config = &data.FieldConfig{Interval: float64(s.step.Milliseconds())}
	}
	f := typed(data.NewFrame(s.title, at, values), data.FrameTypeTimeSeriesMulti)
	f.Meta.PreferredVisualization = data.VisTypeGraph
	return f
}

// legend is what a series is called: the values of its labels, in the order of
// the labels' names.
func legend(labels data.Labels, name string) string {
	if labels[rest] != "" {
		return "all others"
	}
	var values []string
	for _, key := range slices.Sorted(maps.Keys(labels)) {
		if v := labels[key]; v != "" {
			values = append(values, v)
		}
	}
	switch {
	case len(values) > 0:
		return strings.Join(values, ", ")
	case len(labels) > 0:
		return "none"
	}
	return name
}
