package frames

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/internal/auditlog/query"
)

// Groups returns groups of events with their aggregates. They are numbers to
// alert rules and expressions where no aggregate is a time.
func (l Links) Groups(g *api.AuditGroups, asked *query.Group) (data.Frames, error) {
	f, numeric := data.NewFrame("groups"), true
	for i, name := range g.Columns {
		field, err := l.groupField(g, i, name, asked)
		if err != nil {
			return nil, err
		}
		numeric = numeric && field.Type() != data.FieldTypeNullableTime
		f.Fields = append(f.Fields, field)
	}
	if !numeric {
		return data.Frames{table(f)}, nil
	}
	typed(f, data.FrameTypeNumericLong).Meta.PreferredVisualization = data.VisTypeTable
	return data.Frames{f}, nil
}

// groupField returns one column: a text, a number or a time.
func (l Links) groupField(g *api.AuditGroups, i int, name string, asked *query.Group) (*data.Field, error) {
	n := i - len(asked.By)
	if n < 0 {
		return l.textField(name, titleOf(query.Field(name)), cells(g, i)), nil
	}
	aggregates := asked.Columns()
	if n >= len(aggregates) {
		return nil, fmt.Errorf("the exporter answered a column %q that nobody asked for", name)
	}
	switch aggregates[n].Function {
	case query.First, query.Last:
		at, err := timesOf(cells(g, i))
		return data.NewField(name, nil, at), err
	case query.Count, query.Unique:
	}
	numbers, err := numbersOf(cells(g, i))
	return data.NewField(name, nil, numbers), err
}

func (l Links) textField(name, title string, values []string) *data.Field {
	field := data.NewField(name, nil, values)
	field.Config = (&data.FieldConfig{DisplayNameFromDS: title, Links: l.of(name)}).SetFilterable(true)
	return field
}

func cells(g *api.AuditGroups, column int) []string {
	out := make([]string, len(g.Rows))
	for i, row := range g.Rows {
		if column < len(row) {
			out[i] = row[column]
		}
	}
	return out
}

func numbersOf(texts []string) ([]float64, error) {
	out := make([]float64, len(texts))
	for i, text := range texts {
		n, err := strconv.ParseFloat(text, 64)
		if err != nil {
			return nil, fmt.Errorf("the exporter answered %.40q where a number is expected", text)
		}
		out[i] = n
	}
	return out, nil
}

func timesOf(texts []string) ([]*time.Time, error) {
	out := make([]*time.Time, len(texts))
	for i, text := range texts {
		if text == "" {
			continue
		}
		at, err := time.Parse(time.RFC3339Nano, text)
		if err != nil {
			return nil, fmt.Errorf("the exporter answered %.40q where a time is expected", text)
		}
		out[i] = &at
	}
	return out, nil
}

// GroupNumbers returns groups of events as alert rules take them: the first
// aggregate that is a number, with the fields as labels.
func GroupNumbers(g *api.AuditGroups, asked *query.Group) (data.Frames, error) {
	n := slices.IndexFunc(asked.Columns(), func(a query.Aggregate) bool { return a.Function == query.Count || a.Function == query.Unique })
	if n < 0 {
		return nil, fmt.Errorf("groups without a number")
	}
	column := len(asked.By) + n
	values, err := numbersOf(cells(g, column))
	if err != nil {
		return nil, err
	}
	numbers := Numbers{Name: asked.Columns()[n].String(), Values: values}
	for i := range asked.By {
		numbers.Labels = append(numbers.Labels, Label{Name: string(asked.By[i]), Values: cells(g, i)})
	}
	return numbers.Frames(), nil
}
