package tables

import "github.com/leastward/leastward/internal/report"

// Field is a column with what fills it, for tables whose rows are made of T.
type Field[T any] struct {
	Column
	Cell func(*T) report.Cell
}

// Fill returns a field.
func Fill[T any](c Column, cell func(*T) report.Cell) Field[T] { return Field[T]{c, cell} }

// Columns returns the columns of fields.
func Columns[T any](fields []Field[T]) []Column {
	list := make([]Column, len(fields))
	for i := range fields {
		list[i] = fields[i].Column
	}
	return list
}

// Lift returns fields for rows that contain what the fields are about.
func Lift[T, U any](fields []Field[U], of func(*T) *U) []Field[T] {
	list := make([]Field[T], len(fields))
	for i, f := range fields {
		list[i] = Fill(f.Column, func(row *T) report.Cell { return f.Cell(of(row)) })
	}
	return list
}

// Of returns a row for each item. A cell is made when it is needed: to sort or
// search by it, or because its row and column are part of the answer. The items
// must not change.
func Of[T any](items []T, fields []Field[T]) *Rows {
	return &Rows{lazy: lazily[T]{items, fields}}
}

// source has the cells of rows.
type source interface {
	len() int
	cell(row, column int) report.Cell
}

// made are cells that are there.
type made [][]report.Cell

func (m made) len() int                         { return len(m) }
func (m made) cell(row, column int) report.Cell { return m[row][column] }

// lazily makes cells of items.
type lazily[T any] struct {
	items  []T
	fields []Field[T]
}

func (l lazily[T]) len() int                         { return len(l.items) }
func (l lazily[T]) cell(row, column int) report.Cell { return l.fields[column].Cell(&l.items[row]) }
