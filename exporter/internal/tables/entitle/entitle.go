// Package entitle has the tables about who there is and what they may do and
// did: those of Entra Permissions Management's usage analytics, and more.
package entitle

import "github.com/leastward/leastward/exporter/internal/tables"

// Definitions returns the tables of this package.
func Definitions() []tables.Definition {
	return []tables.Definition{
		identities(), groups(), members(), resources(), actions(), keys(), functions(),
		policies(), assignments(), permissions(), escalations(), externalAccess(), assumableRoles(),
	}
}
