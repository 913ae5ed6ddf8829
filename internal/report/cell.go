package report

import (
	"math"
	"time"
)

// Level colours a cell or a chart's series. Renderers never show a level by
// colour alone: the band's name stands in a cell of its own.
type Level uint8

// The levels. Low, Medium and High are the PCI's bands: green, yellow, red.
const (
	Plain Level = iota
	Low
	Medium
	High
)

// Cell is one typed value. The zero value is an empty cell.
type Cell struct {
	typ   Type
	set   bool
	level Level
	text  string
	id    string
	bits  uint64 // The number, or Unix seconds, by type.
}

// Text returns a text cell; "" gives an empty one.
func Text(s string) Cell { return Cell{typ: TypeText, set: s != "", text: s} }

// Integer returns a count.
func Integer(n int) Cell { return Cell{typ: TypeInteger, set: true, bits: uint64(int64(n))} }

// Decimal returns a number, rounded to four decimals so that the order of a
// sum's terms doesn't show. NaN and infinities give an empty cell.
func Decimal(f float64) Cell { return number(TypeDecimal, f, 1e4) }

// Percent returns a share between 0 and 1, rounded to six decimals. NaN, as of
// 0 ÷ 0, gives an empty cell.
func Percent(share float64) Cell { return number(TypePercent, share, 1e6) }

// Days returns a duration in days, rounded down. A negative duration gives an
// empty cell.
func Days(d time.Duration) Cell {
	if d < 0 {
		return Cell{}
	}
	return Cell{typ: TypeDays, set: true, bits: uint64(d / (24 * time.Hour))}
}

// Time returns a point in time, cut to the second. The zero time gives an
// empty cell.
func Time(t time.Time) Cell {
	if t.IsZero() {
		return Cell{}
	}
	return Cell{typ: TypeTime, set: true, bits: uint64(t.Unix())}
}

// Date returns a point in time of which people see the day alone. The zero time
// gives an empty cell.
func Date(t time.Time) Cell {
	c := Time(t)
	c.typ = TypeDate
	return c
}

// Identity returns a display name with its unique id.
func Identity(name, id string) Cell {
	return Cell{typ: TypeIdentity, set: name != "" || id != "", text: name, id: id}
}

func number(t Type, f, scale float64) Cell {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return Cell{}
	}
	f = math.Round(f*scale)/scale + 0 // + 0 turns −0 into 0.
	return Cell{typ: t, set: true, bits: math.Float64bits(f)}
}

// At returns the cell coloured by a level.
func (c Cell) At(l Level) Cell {
	c.level = l
	return c
}

func (c Cell) empty() bool { return !c.set }

// Empty reports whether the cell has no value.
func (c Cell) Empty() bool { return !c.set }

// Type returns the cell's type.
func (c Cell) Type() Type { return c.typ }

// Level returns the cell's level.
func (c Cell) Level() Level { return c.level }

// ID returns the unique id of an identity cell, "" otherwise.
func (c Cell) ID() string { return c.id }

// Name returns the text of a text cell and the name of an identity cell.
func (c Cell) Name() string { return c.text }

// Int returns the value of an integer or days cell.
func (c Cell) Int() int64 { return int64(c.bits) }

// Float returns the value of a decimal or percent cell.
func (c Cell) Float() float64 { return math.Float64frombits(c.bits) }

// Time returns the value of a time or date cell, in UTC.
func (c Cell) Time() time.Time { return time.Unix(int64(c.bits), 0).UTC() }
