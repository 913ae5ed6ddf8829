package plugin_test

import (
	"flag"
	"fmt"
	"strings"
	"testing"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/data"
	"github.com/grafana/grafana-plugin-sdk-go/experimental"
)

var update = flag.Bool("update", false, "write the golden frames anew")

// queries are the query table: each type in each format.
func queries() map[string]string {
	return map[string]string{
		"audit_table":           `{"queryType":"audit","version":1,"audit":{"editor":"text","format":"table","text":"outcome:denied"}}`,
		"audit_table_raw":       `{"audit":{"text":"*","raw":true}}`,
		"audit_logs":            `{"audit":{"format":"logs","text":"\"access denied\" and username:ana and not text:foo","raw":false}}`,
		"audit_logs_raw":        `{"audit":{"format":"logs","raw":true}}`,
		"audit_series":          `{"audit":{"format":"series","text":"outcome:denied"}}`,
		"audit_series_by":       `{"audit":{"format":"table","text":"* | series 5m by identity, outcome top 2"}}`,
		"audit_groups":          `{"audit":{"format":"groups","text":"outcome:denied"}}`,
		"audit_groups_by":       `{"audit":{"format":"logs","text":"* | count, unique(action) by identity, system"}}`,
		"audit_groups_times":    `{"audit":{"text":"* | first, last by identity"}}`,
		"audit_builder":         `{"audit":{"editor":"builder","query":{"where":{"all":[{"field":"username","op":"in","values":["a, b","c \"d\""]},{"field":"outcome","op":"is","values":["$later"],"disabled":true}]},"group":{"by":["username"]}}}}`,
		"audit_saved":           `{"audit":{"text":"*","saved":{"id":"groups","name":"mine","linked":true}},"scope":{"systems":["1"]}}`,
		"entitlements":          `{"queryType":"entitlements","table":{"name":"identities","filters":{"state":["active"],"owner":[]}},"scope":{"systems":["$__all"],"folders":["production"]}}`,
		"entitlements_value":    `{"queryType":"entitlements","table":{"name":"identities","value":"unused","labels":["system"],"sort":[{"by":"unused","descending":true}]}}`,
		"findings":              `{"queryType":"findings","table":{"name":"findings"}}`,
		"findings_labels":       `{"queryType":"findings","table":{"name":"findings","labels":["category"]}}`,
		"pci":                   `{"queryType":"pci","table":{"name":"pci"}}`,
		"pci_history":           `{"queryType":"pci","table":{"name":"pci_history"}}`,
		"pci_history_value":     `{"queryType":"pci","table":{"name":"pci_history","value":"pci_upper","labels":["key"],"columns":["pci_upper"]}}`,
		"path":                  `{"queryType":"path","path":{"start":"identity","value":"arn:aws:iam::111111111111:user/ana","depth":3}}`,
		"report":                `{"queryType":"report","report":{"kind":"access-key-entitlements"}}`,
		"report_second":         `{"queryType":"report","report":{"kind":"access-key-entitlements","table":"pci"}}`,
		"remediation":           `{"queryType":"remediation","table":{"name":"runs"}}`,
		"audit_places":          `{"audit":{"text":"*"},"scope":{"clouds":["aws"],"systems":["111111111111"],"folders":["a b"]},"limit":1}`,
		"audit_alert_by":        `{"audit":{"text":"severity:high","alertBy":["system","username"]}}`,
		"audit_table_partially": `{"audit":{"text":"*","allowPartial":true}}`,
	}
}

// How the query table is asked: as a panel and as an alert rule, of an exporter
// with little, nothing and much.
func variants() map[string]*fake {
	return map[string]*fake{"some": {}, "empty": {empty: true}, "cut": {many: 30}}
}

// Every type of query in every format gives the frames that it gave before.
func TestQueryTable(t *testing.T) {
	t.Parallel()
	for variant, f := range variants() {
		s := connect(t, startFake(t, f).URL, jsonData(`{"maxRows":7}`))
		for name, text := range queries() {
			t.Run(name+"/"+variant, func(t *testing.T) {
				t.Parallel()
				s := &source{t: t, client: s.client, pc: s.pc}
				for who, ask := range map[string]func(string) backend.DataResponse{"panel": s.panel, "alert": s.alert} {
					got := ask(text)
					if got.Error != nil {
						t.Fatalf("%s: %v", who, got.Error)
					}
					if who == "alert" {
						numeric(t, got.Frames, f.empty)
					}
					experimental.CheckGoldenJSONResponse(t, "testdata", strings.Join([]string{name, variant, who}, "_"), &got, *update)
				}
			})
		}
	}
}

// numeric checks that an alert rule takes frames: they are typed, with a
// version, of numbers, and no two rows or series have the same labels. Nothing
// is a frame without fields.
func numeric(t *testing.T, frames data.Frames, empty bool) {
	t.Helper()
	if len(frames) == 0 || frames[0].Meta == nil || frames[0].Meta.TypeVersion != (data.FrameTypeVersion{0, 1}) {
		t.Fatal("an alert rule gets no frame with the version of its type")
	}
	if len(frames[0].Fields) == 0 {
		if !empty || len(frames) != 1 {
			t.Errorf("no data, though there is: %d frames", len(frames))
		}
		return
	}
	seen := map[string]bool{}
	for _, f := range frames {
		for _, labels := range labelsOf(t, f) {
			if seen[labels] {
				t.Errorf("the labels %s are there twice", labels)
			}
			seen[labels] = true
		}
	}
}

// labelsOf returns the labels of each number of a frame.
func labelsOf(t *testing.T, f *data.Frame) []string {
	t.Helper()
	if f.Meta.Type == data.FrameTypeTimeSeriesMulti {
		if len(f.Fields) != 2 || f.Fields[0].Type() != data.FieldTypeTime || !f.Fields[1].Type().Numeric() || f.Rows() == 0 {
			t.Errorf("%s is no series: %v", f.Name, f.TypeIndices())
		}
		return []string{f.Fields[1].Labels.String()}
	}
	if f.Meta.Type != data.FrameTypeNumericLong {
		t.Fatalf("an alert rule does not take the type %q", f.Meta.Type)
	}
	var out []string
	for i := range f.Rows() {
		out = append(out, rowLabels(t, f, i))
	}
	return out
}

func rowLabels(t *testing.T, f *data.Frame, row int) string {
	t.Helper()
	labels, numbers := data.Labels{}, 0
	for _, field := range f.Fields {
		switch {
		case field.Type().Numeric():
			numbers++
		case field.Type() == data.FieldTypeString:
			labels[field.Name] = fmt.Sprint(field.At(row))
		default:
			t.Errorf("field %s is neither a number nor a label", field.Name)
		}
	}
	if numbers != 1 {
		t.Errorf("a row has %d numbers", numbers)
	}
	return labels.String()
}
