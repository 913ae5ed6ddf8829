package reports_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/leastward/leastward/exporter/internal/audit"
	"github.com/leastward/leastward/internal/api"
)

// What is described of reports is what they are asked and answer.
func TestOpenAPI(t *testing.T) {
	t.Parallel()
	text, err := audit.OpenAPI()
	if err != nil {
		t.Fatal(err)
	}
	var doc struct {
		Components struct {
			Schemas map[string]struct {
				Required   []string       `yaml:"required"`
				Properties map[string]any `yaml:"properties"`
			} `yaml:"schemas"`
		} `yaml:"components"`
	}
	if err := yaml.Unmarshal(text, &doc); err != nil {
		t.Fatal(err)
	}
	for name, one := range map[string]any{
		"SystemReports": api.Reports{}, "ReportInfo": api.ReportInfo{}, "ReportPart": api.ReportPart{}, "TableFilter": api.TableFilter{},
		"ReportQuestion": api.ReportQuestion{}, "SystemReport": api.Report{}, "Table": api.Table{}, "TableColumn": api.Column{},
	} {
		schema := doc.Components.Schemas[name]
		fields, always := fieldsOf(reflect.TypeOf(one))
		var described []string
		for p := range schema.Properties {
			described = append(described, p)
		}
		slices.Sort(described)
		slices.Sort(schema.Required)
		if !slices.Equal(fields, described) || !slices.Equal(always, schema.Required) {
			t.Errorf("%s has %v (always %v), described are %v (%v)", name, fields, always, described, schema.Required)
		}
	}
}

// fieldsOf returns the names that a type has in JSON, and those that are always
// there, in order.
func fieldsOf(of reflect.Type) (fields, always []string) {
	for _, f := range reflect.VisibleFields(of) {
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		if name == "" {
			continue
		}
		fields = append(fields, name)
		if options == "" {
			always = append(always, name)
		}
	}
	slices.Sort(fields)
	slices.Sort(always)
	return fields, always
}
