package frames

import (
	"fmt"
	"math"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/leastward/leastward/internal/api"
)

// Table returns a table of the exporter.
func (l Links) Table(t *api.Table) (data.Frames, error) {
	f := data.NewFrame(t.Name)
	for i := range t.Columns {
		field, err := l.field(&t.Columns[i], t.Rows)
		if err != nil {
			return nil, fmt.Errorf("table %s: %w", t.Name, err)
		}
		f.Fields = append(f.Fields, field)
	}
	table(f)
	custom(f, map[string]any{"title": t.Title, "total": t.Total, "asOf": asOf(t)})
	return data.Frames{f}, nil
}

// asOf is the time of the data in milliseconds, nil where there is none.
func asOf(t *api.Table) any {
	if t.AsOf.IsZero() {
		return nil
	}
	return t.AsOf.UnixMilli()
}

// field returns a column as a field. It shares the column's memory.
func (l Links) field(c *api.Column, rows int) (*data.Field, error) {
	var field *data.Field
	switch c.Type {
	case api.ColumnString:
		field = data.NewField(c.Name, nil, c.Strings)
	case api.ColumnNumber:
		field = data.NewField(c.Name, nil, c.Numbers)
	case api.ColumnTime:
		field = data.NewField(c.Name, nil, pointers(c.Times))
	default:
		return nil, fmt.Errorf("column %s is of type %.20q, which this version of the plugin does not know; update the plugin", c.Name, c.Type)
	}
	if field.Len() != rows {
		return nil, fmt.Errorf("column %s has %d values in %d rows", c.Name, field.Len(), rows)
	}
	field.Config = configOf(&c.ColumnInfo)
	field.Config.Links = l.of(c.Name)
	if c.Type == api.ColumnString {
		field.Config.SetFilterable(true)
	}
	return field, nil
}

// pointers makes times of milliseconds.
func pointers(ms []*int64) []*time.Time {
	values, out := make([]time.Time, len(ms)), make([]*time.Time, len(ms))
	for i, at := range ms {
		if at != nil {
			values[i] = time.UnixMilli(*at).UTC()
			out[i] = &values[i]
		}
	}
	return out
}

// configOf says how to show a column, by its unit:
// https://grafana.com/docs/grafana/latest/panels-visualizations/configure-standard-options/.
func configOf(c *api.ColumnInfo) *data.FieldConfig {
	config := &data.FieldConfig{DisplayNameFromDS: c.Title, Description: c.Help}
	if c.Type != api.ColumnNumber {
		return config
	}
	switch c.Unit {
	case "points":
		config.Unit, config.Thresholds = "none", bands()
		config.SetMin(0).SetMax(100).SetDecimals(1)
	case "ratio":
		config.Unit = "percentunit"
		config.SetMin(0).SetMax(1)
	case "days":
		config.Unit = "d"
	case "hours":
		config.Unit = "h"
	case "seconds":
		config.Unit = "s"
	case "bytes":
		config.Unit = "bytes"
	default:
		config.Unit = "none"
	}
	return config
}

// bands are those of the Permission Creep Index: low to 33, medium to 67, high
// above.
func bands() *data.ThresholdsConfig {
	return &data.ThresholdsConfig{Mode: data.ThresholdsModeAbsolute, Steps: []data.Threshold{
		data.NewThreshold(math.Inf(-1), "green", ""), data.NewThreshold(34, "orange", ""), data.NewThreshold(68, "red", ""),
	}}
}
