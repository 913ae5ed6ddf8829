package frames

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/leastward/leastward/datasource/pkg/model"
	"github.com/leastward/leastward/internal/api"
)

// Timed reports whether the rows of a table are of points in time.
func Timed(t *api.Table) bool { return timeColumn(t) != nil }

func timeColumn(t *api.Table) *api.Column {
	for i := range t.Columns {
		if c := &t.Columns[i]; c.Name == "time" && c.Type == api.ColumnTime {
			return c
		}
	}
	return nil
}

// keyed are the columns that tell series of a timed table apart. The version of
// the catalogue is none: it changes along a series.
func keyed() []string { return []string{"cloud", "system", "folder", "key", "name", "identity"} }

// TableSeries returns a timed table as series: one for each of its keys.
func TableSeries(t *api.Table, pick Pick) (data.Frames, error) {
	at := timeColumn(t)
	if at == nil {
		return nil, model.Wrong("table.columns", "table %s has no times; take its column time along", t.Name)
	}
	value, err := valueOf(t, &Pick{Value: pick.Value})
	switch {
	case err != nil:
		return nil, err
	case value == nil:
		return nil, model.Wrong("table.columns", "table %s has no numbers; take a column of numbers along", t.Name)
	}
	labels := textColumns(t, keyed())
	if len(pick.Labels) > 0 {
		if labels, err = labelsFor(t, &pick); err != nil {
			return nil, err
		}
	}
	var out data.Frames
	for _, rows := range gathered(withValue(value), labels, at) {
		out = append(out, seriesFrame(at, value, labels, rows))
	}
	if len(out) == 0 {
		return NoData(data.FrameTypeTimeSeriesMulti), nil
	}
	return out, nil
}

// gathered returns the rows of each series, in the order of time, the series in
// that of their first rows.
func gathered(rows []int, labels []*api.Column, at *api.Column) [][]int {
	index, out := map[string]int{}, [][]int{}
	for _, i := range rows {
		if at.Times[i] == nil {
			continue
		}
		key := labelKey(labels, i)
		n, seen := index[key]
		if !seen {
			n, index[key] = len(out), len(out)
			out = append(out, nil)
		}
		out[n] = append(out[n], i)
	}
	for _, series := range out {
		slices.SortStableFunc(series, func(a, b int) int { return cmp.Compare(*at.Times[a], *at.Times[b]) })
	}
	return out
}

func seriesFrame(at, value *api.Column, labels []*api.Column, rows []int) *data.Frame {
	s := seriesOf{name: value.Name, labels: data.Labels{}, config: configOf(&value.ColumnInfo)}
	values := make([]float64, len(rows))
	s.at, s.values = make([]time.Time, len(rows)), values
	for n, i := range rows {
		s.at[n], values[n] = time.UnixMilli(*at.Times[i]).UTC(), *value.Numbers[i]
	}
	for _, c := range labels {
		if text := textAt(c, rows[0]); text != "" {
			s.labels[c.Name] = text
		}
	}
	s.title = cmp.Or(s.labels["name"], legend(s.labels, value.Title))
	s.config.Description = strings.TrimSpace(value.Help)
	return oneSeries(s)
}
