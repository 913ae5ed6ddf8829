package assess

import (
	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/finding"
	"github.com/leastward/leastward/internal/policy/decision"
)

// Cloud is what differs from cloud to cloud in an assessment: the actions that
// there are, and what an inventory's policies mean. Implementations are safe
// for concurrent use.
type Cloud interface {
	// Catalog returns the actions of the cloud.
	Catalog() *catalog.Catalog
	// Judge evaluates what an inventory says. It keeps the inventory and does not
	// change it.
	Judge(inv *entitlement.Inventory) Judged
}

// Judged is an inventory with what it means.
type Judged interface {
	// Access returns what an identity of the inventory may do by what grants it.
	// It is never nil, and shared: read it only. Of a function or an instance it
	// is that of the identity that it runs as.
	Access(id entitlement.IdentityID) *entitlement.Access
	// Whole returns what an identity may do whatever grants it, nil for all but
	// the root user of an account of AWS.
	Whole(id *entitlement.Identity) *entitlement.Access
	// Problems tells what of the inventory could not be understood.
	Problems() []entitlement.Problem
	// Survey fills in what the finding rules look at beyond access: ways to more
	// permissions, secrets, outsiders and what storage is open to. The input has
	// its subjects, buckets and security groups already.
	Survey(in *finding.Input) Survey
}

// Survey is what was found of ways to more permissions and of outsiders. It may
// be large: see [Assessment.Ways].
type Survey struct {
	Ways     map[entitlement.IdentityID]entitlement.Ways
	External []entitlement.ExternalAccess
}

// ByRoles is a Judged of a cloud in which roles are granted on scopes: Azure
// and Google Cloud.
type ByRoles interface {
	Judged

	// Grants returns every grant that reaches an identity, those to its groups
	// included.
	Grants(id entitlement.IdentityID) []Via
	// Via returns the grants by which an identity has an action.
	Via(id entitlement.IdentityID, action entitlement.Action) []Via
}

// Via is one grant that reaches an identity.
type Via = decision.Via

// Escalate gives each subject its ways to more permissions.
func (s *Survey) Escalate(in *finding.Input) {
	for i := range in.Subjects {
		one := &in.Subjects[i]
		w := s.Ways[one.Identity.ID]
		one.Escalations = w.Gravest
		one.Ways = finding.Ways{Found: w.Found, Admin: w.Admin, Conditional: w.Conditional, More: w.More}
	}
}
