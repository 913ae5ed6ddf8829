package pdf

import (
	"strconv"
	"strings"

	"github.com/leastward/leastward/internal/report"
)

const (
	barHeight = 4.0
	barGap    = 1.6
	lineChart = 52.0 // Height of a line chart's area.
	labelSize = 8.0
)

func (d *document) charts(list []report.Chart) {
	for i := range list {
		c := &list[i]
		if len(c.Labels) == 0 {
			continue
		}
		if c.Shape == report.Line {
			d.lineChart(c)
		} else {
			d.barChart(c)
		}
		d.y += 5
	}
}

func (d *document) chartTitle(c *report.Chart) {
	d.font(d.bold, 10)
	d.text(ink())
	d.write(marginX, d.y+4, d.bold.visible(c.Title))
	d.y += 6.5
	d.legend(c)
}

func (d *document) legend(c *report.Chart) {
	if len(c.Series) < 2 {
		return
	}
	x := marginX
	d.font(d.regular, labelSize)
	for _, s := range c.Series {
		d.fill(strong(s.Level))
		d.pdf.Rect(x, d.y, 3, 3, "F")
		d.text(dim())
		name := d.regular.visible(s.Name)
		d.write(x+4.2, d.y+2.6, name)
		x += 4.2 + d.regular.width(name)*labelSize*mmPerPoint + 6
	}
	d.y += 5.5
}

// barChart draws a bar for each label, in parts where it is stacked. It goes
// on over the page where there are many.
func (d *document) barChart(c *report.Chart) {
	d.room(14 + min(float64(len(c.Labels)), 6)*(barHeight+barGap))
	d.chartTitle(c)
	const labels, values = 62.0, 30.0
	top := c.Top()
	for i, label := range c.Labels {
		d.room(barHeight + barGap)
		d.font(d.regular, labelSize)
		d.text(ink())
		label = d.regular.fit(d.regular.visible(label), (labels-3)/(labelSize*mmPerPoint))
		d.write(marginX, d.y+barHeight-0.9, label)
		d.bar(c, i, marginX+labels, bodyWidth-labels-values, top)
		d.y += barHeight + barGap
	}
}

func (d *document) bar(c *report.Chart, i int, x, width, top float64) {
	d.fill(zebra())
	d.pdf.Rect(x, d.y, width, barHeight, "F")
	if c.Shape == report.Stacked {
		d.stackedBar(c, i, x, width, top)
		return
	}
	height := barHeight / float64(len(c.Series))
	longest := 0.0
	for k, s := range c.Series {
		d.fill(strong(s.Level))
		w := share(s.Values[i], top) * width
		d.pdf.Rect(x, d.y+float64(k)*height, w, height, "F")
		longest = max(longest, w)
	}
	d.text(ink())
	d.write(x+longest+1.5, d.y+barHeight-0.9, amounts(c, i))
}

func (d *document) stackedBar(c *report.Chart, i int, x, width, top float64) {
	for _, s := range c.Series {
		w := share(s.Values[i], top) * width
		d.fill(strong(s.Level))
		d.pdf.Rect(x, d.y, w, barHeight, "F")
		x += w
	}
	d.text(ink())
	d.write(x+1.5, d.y+barHeight-0.9, amounts(c, i))
}

// amounts are the bar's values in words, so that colour is never all there is.
func amounts(c *report.Chart, i int) string {
	parts := make([]string, 0, len(c.Series))
	for k := range c.Series {
		parts = append(parts, strconv.FormatFloat(c.Series[k].Values[i], 'f', -1, 64))
	}
	return strings.Join(parts, " / ")
}

func share(v, top float64) float64 {
	if top == 0 {
		return 0
	}
	return min(v/top, 1)
}

// lineChart draws series over evenly spaced labels.
func (d *document) lineChart(c *report.Chart) {
	d.room(lineChart + 20)
	d.chartTitle(c)
	const left = 14.0
	x, width, top := marginX+left, bodyWidth-left, c.Top()
	d.grid(x, width, top)
	for _, s := range c.Series {
		d.draw(strong(s.Level))
		d.pdf.SetLineWidth(0.5)
		for i := 1; i < len(s.Values); i++ {
			x0, x1 := point(i-1, len(s.Values), x, width), point(i, len(s.Values), x, width)
			d.pdf.Line(x0, d.y+lineChart*(1-share(s.Values[i-1], top)), x1, d.y+lineChart*(1-share(s.Values[i], top)))
		}
	}
	d.axis(c, x, width)
	d.y += lineChart + 7
}

func (d *document) grid(x, width, top float64) {
	d.font(d.regular, labelSize)
	d.text(dim())
	d.draw(rule())
	d.pdf.SetLineWidth(0.15)
	for i := range 5 {
		y := d.y + lineChart*float64(i)/4
		d.pdf.Line(x, y, x+width, y)
		value := strconv.FormatFloat(top*float64(4-i)/4, 'g', 4, 64)
		d.writeRight(d.regular, labelSize, x-2, y+1.1, value)
	}
}

// axis labels as many points as have room.
func (d *document) axis(c *report.Chart, x, width float64) {
	widest := 0.0
	for _, l := range c.Labels {
		widest = max(widest, d.regular.width(l)*labelSize*mmPerPoint)
	}
	step := 1 + int(float64(len(c.Labels))*(widest+3)/width)
	for i := 0; i < len(c.Labels); i += step {
		label := d.regular.visible(c.Labels[i])
		half := d.regular.width(label) * labelSize * mmPerPoint / 2
		d.write(min(point(i, len(c.Labels), x, width)-half, x+width-2*half), d.y+lineChart+4.5, label)
	}
}

func point(i, n int, x, width float64) float64 {
	if n < 2 {
		return x
	}
	return x + width*float64(i)/float64(n-1)
}
