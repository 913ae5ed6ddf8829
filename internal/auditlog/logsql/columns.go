package logsql

import (
	"github.com/leastward/leastward/internal/auditlog/query"
	"github.com/leastward/leastward/internal/auditlog/row"
)

// columns are where a field is stored: its column, and that of all values where
// there may be several, or "".
type columns struct{ one, several string }

func columnsOf(f query.Field) columns {
	switch f { //nolint:exhaustive // The others are columns of the same name.
	case query.Time:
		return columns{one: row.Time}
	case query.Action:
		return columns{string(f), row.Actions}
	case query.Resource:
		return columns{string(f), row.Resources}
	case query.ResourceType:
		return columns{string(f), row.ResourceTypes}
	case query.Issued:
		return columns{string(f), row.Issueds}
	case query.Folder, query.IdentityTag, query.ResourceTag, query.Text, "":
		return columns{}
	}
	return columns{one: string(f)}
}
