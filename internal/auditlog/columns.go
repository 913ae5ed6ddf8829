package auditlog

import "context"

// ColumnReader is a [Store] in the same process, which hands rows on as it has
// them: many at once, column by column.
type ColumnReader interface {
	// SelectColumns runs a statement and hands on the named columns of its
	// rows, a block at a time, in no order. Every column has a value for each
	// row, "" where the row lacks it; one that no row of the block has is nil
	// or has empty values. Blocks of different workers come at the same time,
	// those of one worker one after the other. What is handed on is valid
	// during the call. An error of block ends the run and is returned.
	SelectColumns(ctx context.Context, s Statement, columns []string, block func(worker uint, columns [][]string, rows int) error) (Outcomes, error)
}
