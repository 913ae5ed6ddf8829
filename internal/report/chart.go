package report

import (
	"fmt"
	"math"
)

// Shape is how a chart is drawn.
type Shape uint8

// The shapes.
const (
	Bars    Shape = iota // One horizontal bar for each label.
	Stacked              // One horizontal bar for each label, of the series' parts.
	Line                 // One line for each series over the labels, evenly spaced.
)

// Chart is the data of a drawing. Renderers that can't draw show it as a
// table, so that a chart never holds what stands nowhere else.
type Chart struct {
	Title  string
	Shape  Shape
	Unit   string // What the values count, such as "identities".
	Labels []string
	Series []Series
	// Max fixes the end of the value axis; 0 lets the data decide.
	Max float64
}

// Series is one value for each label of a chart.
type Series struct {
	Name   string
	Level  Level
	Values []float64
}

// Top returns the end of the value axis: the largest bar, or Max.
func (c *Chart) Top() float64 {
	if c.Max > 0 {
		return c.Max
	}
	top := 0.0
	for i := range c.Labels {
		sum := 0.0
		for _, s := range c.Series {
			if c.Shape == Stacked {
				sum += s.Values[i]
			} else {
				sum = max(sum, s.Values[i])
			}
		}
		top = max(top, sum)
	}
	return top
}

func (c *Chart) check() error {
	for _, s := range c.Series {
		if len(s.Values) != len(c.Labels) {
			return fmt.Errorf("chart %s: series %s has %d values for %d labels", c.Title, s.Name, len(s.Values), len(c.Labels))
		}
		for _, v := range s.Values {
			if math.IsNaN(v) || math.IsInf(v, 0) || v < 0 {
				return fmt.Errorf("chart %s: series %s: %v is not a length", c.Title, s.Name, v)
			}
		}
	}
	return nil
}
