package logsql

import (
	"time"

	"github.com/leastward/leastward/internal/auditlog/query"
	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/entitlement"
)

// Options are what a query's meaning depends on beside the query itself.
type Options struct {
	// Now is the time that a range ends at or is counted from.
	Now time.Time
	// Scope are the systems that the asker may see. Nil is all of them; an empty
	// list is nothing.
	Scope *[]entitlement.SystemID
	// Folders returns the systems of a folder, and none for one that does not
	// exist. Queries that name folders are refused where it is nil.
	Folders func(name string) []entitlement.SystemID
	// Tagged returns the identities (field is query.IdentityTag) or resources
	// (query.ResourceTag) of which one tag fulfils a plain operator: the key
	// alone where value is empty, else key and value. The operator is Is, In,
	// Contains, Matches, or Exists with an empty key. Contains and Matches of a
	// text without "=" mean the key. Queries that ask for tags are refused where
	// it is nil.
	Tagged func(field query.Field, key, value string, op query.Operator) ([]string, error)
	// Catalog knows the spelling of actions, whose case does not matter to the
	// cloud; those of other clouds than its own are known too. Nil takes them as
	// they are written.
	Catalog *catalog.Catalog
}
