// Package frames turns what the exporter answers into Grafana's data frames.
//
// Numbers come in frames with a type of the data plane, so that alert rules and
// expressions take them: numeric-long, with one number in a row and its labels
// beside it, and timeseries-multi.
//
// https://grafana.com/developers/dataplane/
package frames

import (
	"github.com/grafana/grafana-plugin-sdk-go/data"
)

// version is that of the frame types. Without one, alert rules take a frame to
// be untyped, and refuse tables of several columns.
func version() data.FrameTypeVersion { return data.FrameTypeVersion{0, 1} }

// typed gives a frame its type.
func typed(f *data.Frame, kind data.FrameType) *data.Frame {
	f.SetMeta(&data.FrameMeta{Type: kind, TypeVersion: version()})
	return f
}

// table makes a frame that is nothing but a table.
func table(f *data.Frame) *data.Frame {
	f.SetMeta(&data.FrameMeta{Type: data.FrameTypeTable, PreferredVisualization: data.VisTypeTable})
	return f
}

// NoData returns the answer that there is no data: a frame with a type and no
// fields. One with fields and no rows is an error to alert rules.
func NoData(kind data.FrameType) data.Frames {
	return data.Frames{typed(data.NewFrame(""), kind)}
}

// Plain takes the fields of tables without rows away. Panels then say that there
// is nothing, in the words that they have for it, instead of showing headers.
func Plain(frames data.Frames) {
	for _, f := range frames {
		if f.Meta != nil && f.Meta.PreferredVisualization == data.VisTypeTable && f.Rows() == 0 {
			f.Fields = nil
		}
	}
}

// Warn adds a notice that something is missing or otherwise than expected.
func Warn(frames data.Frames, texts ...string) { notice(frames, data.NoticeSeverityWarning, texts) }

// Inform adds a notice that is good to know.
func Inform(frames data.Frames, texts ...string) { notice(frames, data.NoticeSeverityInfo, texts) }

// notice adds notices to the first frame; Grafana shows them for the panel.
func notice(frames data.Frames, severity data.NoticeSeverity, texts []string) {
	if len(frames) == 0 {
		return
	}
	for _, text := range texts {
		frames[0].AppendNotices(data.Notice{Severity: severity, Text: text})
	}
}

// Executed says what was asked.
func Executed(frames data.Frames, text string) {
	for _, f := range frames {
		if f.Meta == nil {
			f.Meta = &data.FrameMeta{}
		}
		f.Meta.ExecutedQueryString = text
	}
}

// custom sets a value for the front end.
func custom(f *data.Frame, values map[string]any) { f.Meta.Custom = values }
