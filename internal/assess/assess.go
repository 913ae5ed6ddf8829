// Package assess joins what was read with what it means: an inventory and the
// usage of its identities become access, a Permission Creep Index and
// findings. It is pure: no I/O, no clock.
package assess

import (
	"time"

	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/creep"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/finding"
	"github.com/leastward/leastward/internal/usage"
)

// Settings are the numbers of an assessment. Start from DefaultSettings.
type Settings struct {
	// Window is the look-back of usage and inactivity.
	Window time.Duration
	// Grace, KeyAge and KeyUnused are those of finding.Options.
	Grace, KeyAge, KeyUnused time.Duration
	Weights                  creep.Weights
	Edges                    creep.Edges
	// OwnerTag is the key of the tag that names the team that answers for an
	// identity.
	OwnerTag string
}

// DefaultSettings returns the field's numbers: 90 days for everything that
// Entra Permissions Management counted over 90 days, and two weeks in which a
// new identity or key is not called unused.
func DefaultSettings() Settings {
	const day = 24 * time.Hour
	return Settings{
		Window: 90 * day, Grace: 14 * day, KeyAge: 90 * day, KeyUnused: 90 * day,
		Weights: creep.DefaultWeights(), Edges: creep.DefaultEdges(), OwnerTag: "owner",
	}
}

// Assessment is what one evaluation says of one system.
type Assessment struct {
	System         entitlement.System
	At             time.Time
	Window         time.Duration
	CoveredFrom    time.Time // Earliest time that the logs reach; zero if there are none.
	CatalogVersion string
	// Catalog has the actions of the system's cloud, which all sets of actions
	// here are of.
	Catalog *catalog.Catalog
	// Observable are the actions whose use the event logs at hand can show.
	Observable entitlement.ActionSet

	Sum        creep.Sum  // Over the identities that count in the index.
	Identities []Identity // By ID.
	Findings   []entitlement.Finding
	Totals     map[entitlement.Category]int
	Problems   []entitlement.Problem

	// OnlyInLogs are identities that acted but are not in the inventory:
	// deleted since, or of another system.
	OnlyInLogs []entitlement.IdentityID

	// Touched is who used which resources within the window; its identities
	// are the indices of Identities.
	Touched *usage.Touched
	// Roles tells by which grants identities have what they may do, nil on AWS,
	// where policies say so.
	Roles ByRoles
	// External is who outside of the system may enter its roles, by role.
	External []entitlement.ExternalAccess

	ways map[entitlement.IdentityID]*entitlement.Ways // Shared, see share.
}

// Identity is one identity with what it may do and did.
type Identity struct {
	*entitlement.Identity
	Owner  string
	Access *entitlement.Access // What policies grant it.
	// Whole is what a root user may do without any policy; nil for others. No
	// index and no finding is made of it.
	Whole *entitlement.Access
	Usage *entitlement.Usage
	Score creep.Sum
	// InPCI tells whether it counts in its system's index. Groups do not, for
	// their members hold what they grant; functions and instances do not, for
	// the role that they run as does; nor do exempt identities.
	InPCI bool
	// Within are the groups that it belongs to, those that hold its groups
	// included, each once. It is shared: read it only.
	Within []entitlement.IdentityID

	Granted, GrantedHigh int // Actions granted; those of high severity.
	Used, UsedHigh       int // Granted actions used within the window.
	Unused, UnusedHigh   int // Granted actions observably unused.
	LastActive           time.Time
	Band                 creep.Band
	BandSince            time.Time // When it entered the band, as far as known.
	Members              int       // Of a group.
}

// Assessor evaluates the inventories of one cloud. It is safe for concurrent
// use.
type Assessor struct {
	cloud    Cloud
	catalog  *catalog.Catalog
	model    *creep.Model
	high     entitlement.ActionSet
	settings Settings
}

// New returns an assessor of a cloud's systems.
func New(c Cloud, s Settings) *Assessor {
	cat := c.Catalog()
	high := entitlement.NewActionSet(cat.Len())
	for i := range cat.Len() {
		if cat.Info(i).Severity == catalog.High {
			high.Add(i)
		}
	}
	return &Assessor{cloud: c, catalog: cat, model: creep.NewModel(cat, s.Weights), high: high, settings: s}
}

// Cloud returns what evaluates the inventories.
func (a *Assessor) Cloud() Cloud { return a.cloud }

// Catalog returns the catalogue that the assessor evaluates against.
func (a *Assessor) Catalog() *catalog.Catalog { return a.catalog }

// Model returns the index's model, for explanations of a score.
func (a *Assessor) Model() *creep.Model { return a.model }

// Assess evaluates one system as of now. History, which may be nil, is what
// earlier assessments of the system remembered; it is not changed. The usage
// learns the other names of the identities, see [usage.Index.AliasAll].
//
// It knows this system alone: of other accounts that trust policies name, or
// whose roles identities of this one may assume, it is assumed that they let
// happen what they could.
func (a *Assessor) Assess(inv *entitlement.Inventory, uses *usage.Index, now time.Time, history *History) *Assessment {
	judged := a.cloud.Judge(inv)
	know(inv, uses)
	result := &Assessment{
		System: inv.System, At: now, Window: a.settings.Window, CoveredFrom: inv.FullHistoryFrom,
		CatalogVersion: a.catalog.Version(), Catalog: a.catalog, Observable: observable(inv.System, uses),
		Problems: append(append([]entitlement.Problem(nil), inv.Problems...), judged.Problems()...),
	}
	result.Identities = a.identities(inv, judged, uses, result.Observable, now)
	for i := range result.Identities {
		if one := &result.Identities[i]; one.InPCI {
			result.Sum.Add(one.Score)
		}
	}
	result.OnlyInLogs = onlyInLogs(inv, uses)
	result.Touched = touched(result.Identities, inv.System.Cloud, uses, now.Add(-a.settings.Window), now)
	in := a.input(inv, result)
	said := judged.Survey(&in)
	result.External, result.ways = said.External, share(said.Ways)
	result.Roles, _ = judged.(ByRoles)
	found := finding.Evaluate(in, finding.Options{
		Cloud: inv.System.Cloud, Now: now, Window: a.settings.Window, Grace: a.settings.Grace,
		KeyAge: a.settings.KeyAge, KeyUnused: a.settings.KeyUnused,
	})
	result.Findings, result.Totals = found.Findings, found.Totals
	history.recall(result)
	return result
}

// OwnerTag returns the key of the tag that names the team that answers for an
// identity or a resource.
func (a *Assessor) OwnerTag() string { return a.settings.OwnerTag }

// Edges returns the edges of the bands.
func (a *Assessor) Edges() creep.Edges { return a.settings.Edges }

// Band returns the band of an index by the assessor's edges.
func (a *Assessor) Band(pci float64) creep.Band { return a.settings.Edges.Band(pci) }
