package frames

import (
	"slices"
	"strconv"
	"strings"

	"github.com/leastward/leastward/internal/api"
)

// counts counts the rows of a table by labels.
func counts(t *api.Table, labels []*api.Column) Numbers {
	n := Numbers{Name: "count"}
	at := map[string]int{}
	var firsts []int
	for i := range t.Rows {
		key := labelKey(labels, i)
		if _, seen := at[key]; !seen {
			at[key] = len(firsts)
			firsts, n.Values = append(firsts, i), append(n.Values, 0)
		}
		n.Values[at[key]]++
	}
	for _, c := range labels {
		n.Labels = append(n.Labels, Label{c.Name, pickTexts(c, firsts)})
	}
	return n
}

// withValue returns the rows that have a number.
func withValue(c *api.Column) []int {
	var out []int
	for i, v := range c.Numbers {
		if v != nil {
			out = append(out, i)
		}
	}
	return out
}

// distinct adds further columns to the labels until no two rows have the same.
func distinct(t *api.Table, rows []int, labels []*api.Column) []*api.Column {
	further := append(textColumns(t, tells()), textColumns(t, texts(t))...)
	for unequal := differ(rows, labels); unequal < len(rows) && len(further) > 0; further = further[1:] {
		if slices.Contains(labels, further[0]) {
			continue
		}
		more := append(slices.Clone(labels), further[0])
		if n := differ(rows, more); n > unequal {
			labels, unequal = more, n
		}
	}
	return labels
}

// differ counts the different labels of rows.
func differ(rows []int, labels []*api.Column) int {
	seen := make(map[string]struct{}, len(rows))
	for _, i := range rows {
		seen[labelKey(labels, i)] = struct{}{}
	}
	return len(seen)
}

// greatest leaves of the rows with the same labels the one with the greatest
// value, and says how many others there were.
func greatest(value *api.Column, rows []int, labels []*api.Column) (kept []int, dropped int) {
	at := make(map[string]int, len(rows))
	for _, i := range rows {
		key := labelKey(labels, i)
		n, seen := at[key]
		switch {
		case !seen:
			at[key] = len(kept)
			kept = append(kept, i)
		case *value.Numbers[i] > *value.Numbers[kept[n]]:
			kept[n] = i
		}
	}
	return kept, len(rows) - len(kept)
}

func labelKey(labels []*api.Column, row int) string {
	var b strings.Builder
	for _, c := range labels {
		b.WriteString(strconv.Quote(textAt(c, row)))
	}
	return b.String()
}

func pickTexts(c *api.Column, rows []int) []string {
	out := make([]string, len(rows))
	for n, i := range rows {
		out[n] = textAt(c, i)
	}
	return out
}

func textAt(c *api.Column, row int) string {
	if row < len(c.Strings) && c.Strings[row] != nil {
		return *c.Strings[row]
	}
	return ""
}
