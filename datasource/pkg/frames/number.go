package frames

import (
	"cmp"
	"slices"
	"strings"

	"github.com/grafana/grafana-plugin-sdk-go/data"
)

// Numbers are what an alert rule takes: a number with labels in each row. No two
// rows have the same labels.
type Numbers struct {
	Name   string
	Labels []Label
	Values []float64
}

// Label is a label of numbers with its value for each.
type Label struct {
	Name   string
	Values []string
}

// Frames returns the numbers in a frame; one without fields where there is
// none, for that is what no data is.
func (n *Numbers) Frames() data.Frames {
	if len(n.Values) == 0 {
		return NoData(data.FrameTypeNumericLong)
	}
	f := data.NewFrame(n.Name)
	for _, l := range n.Labels {
		f.Fields = append(f.Fields, data.NewField(labelName(l.Name), nil, l.Values))
	}
	f.Fields = append(f.Fields, data.NewField(n.Name, nil, n.Values))
	return data.Frames{typed(f, data.FrameTypeNumericLong)}
}

// labelName keeps a label from being called what alert rules use themselves.
func labelName(name string) string {
	if strings.HasPrefix(name, "__") || name == "alertname" || name == "grafana_folder" {
		return "event_" + strings.TrimLeft(name, "_")
	}
	return name
}

// greatest leaves the greatest numbers, in the order in which they were.
func (n *Numbers) greatest(most int) {
	order := make([]int, len(n.Values))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(n.Values[b], n.Values[a]) })
	order = order[:most]
	slices.Sort(order)
	n.Values = picked(n.Values, order)
	for i := range n.Labels {
		n.Labels[i].Values = picked(n.Labels[i].Values, order)
	}
}

func picked[T any](list []T, at []int) []T {
	out := make([]T, len(at))
	for n, i := range at {
		out[n] = list[i]
	}
	return out
}
