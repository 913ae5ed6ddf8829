package reports

import (
	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/report"
	"github.com/leastward/leastward/internal/report/render"
)

// Definition is one kind of report: which tables it is made of, and by what it
// can be narrowed.
type Definition struct {
	Kind     report.Kind
	Title    string
	Help     string   // A sentence or two: what it tells.
	Audience []string // For whom it is meant.
	Clouds   []entitlement.Cloud
	// Parts are what it can be made of. The first is what one gets who asks for
	// none. None at all: the report is not made of tables.
	Parts []Part
	// Filters say by what it can be narrowed.
	Filters []Source
	// BySystem tells that it can have a section for each system.
	BySystem bool
	// Months is the time that it is about where nobody says: so many months up
	// to the data's. 0: it is about now.
	Months int
}

// Part is a part of a report.
type Part struct {
	Name, Title, Help string
	Sheets            []Sheet
}

// The names of parts.
const (
	Summary     = "summary"
	Detailed    = "detailed"
	Permissions = "permissions"
)

// The filters that are of reports, not of their tables, and the values of the
// second.
const (
	partFilter   = "part"
	layoutFilter = "layout"
	collated     = "collated"
	bySystem     = "by_system"
)

// Source takes filters of a report from those of tables.
type Source struct {
	// Tables have the filters, which the first one describes. The values are
	// passed to all of them.
	Tables []string
	Names  []string // Of the filters; empty is all.
	// Optional filters need no value in the report, though the table wants one.
	Optional bool
	// CompleteFrom is the table that completes values; "" is the first of Tables.
	CompleteFrom string
	// Otherwise are the values of filters to which the asker gives none.
	Otherwise map[string][]string
}

// Sheet is one table of a report.
type Sheet struct {
	ID, Title string
	Short     string // At most 31 characters; "" is the title.
	Lead      string
	Table     string   // Of the set of tables.
	Columns   []string // Of that table, in this order.
	Sort      []api.TableOrder
	Fixed     map[string][]string // Values of the table's filters.
	// Each names a filter of which the table takes one value: it is asked for
	// each of those given.
	Each string
	// With and Without name a filter: the sheet is there only where it has, or
	// has no, value.
	With, Without string
	Join          *Join
	// Step is that of a table of points in time.
	Step string
	// Thin takes rows away.
	Thin  func(*report.Table)
	Chart func(*report.Table) []report.Chart
}

// Join adds columns of another table's rows to those of a sheet.
type Join struct {
	Table   string
	On      []Pair
	Columns []string
	// Keep keeps rows of the sheet for which the other table has none.
	Keep bool
}

// Pair names a column of the sheet and the one of the joined table that is
// the same there.
type Pair struct{ Left, Right string }

// formats returns the formats in which every report comes.
func formats() []string {
	list := make([]string, 0, len(render.Formats()))
	for _, f := range render.Formats() {
		list = append(list, string(f))
	}
	return list
}

func allClouds() []entitlement.Cloud {
	return []entitlement.Cloud{entitlement.AWS, entitlement.Azure, entitlement.GCP}
}

// sameIdentity joins rows of the same identity.
func sameIdentity() []Pair { return []Pair{{"system", "system"}, {"identity", "identity"}} }
