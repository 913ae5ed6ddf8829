package finding

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/leastward/leastward/internal/entitlement"
)

// outside tells accounts from identity providers, which the system's own owner
// set up: "*" is anybody.
func outside(from string) bool {
	return from == "*" || len(from) == 12 && strings.Trim(from, "0123456789") == ""
}

func anybody(from string) string {
	if from == "*" {
		return "anybody"
	}
	return from
}

// everyOne names all who come from somewhere.
func everyOne(from string) string {
	if outside(from) {
		return anybody(from)
	}
	_, issuer, found := strings.Cut(from, ":oidc-provider/")
	if !found {
		issuer = from
	}
	return "any identity of " + issuer
}

// entry is everything by which one outside account enters.
type entry struct {
	methods, roles, identities, keys, owners []string
	trustsAll, certain                       bool
}

// external: outside accounts whose identities can enter. Roles that are exempt
// are no way in that is reported.
func (e *evaluation) external() {
	entries := map[string]*entry{}
	looked := false
	for i := range e.Subjects {
		s := &e.Subjects[i]
		if s.Identity.Kind != entitlement.Role || s.Identity.ServiceManaged {
			continue
		}
		looked = true
		for k := range s.Entered {
			enter(entries, s, &s.Entered[k])
		}
	}
	if !looked {
		return
	}
	e.result.Totals[entitlement.ExternalAccount] = len(entries)
	for _, from := range slices.Sorted(maps.Keys(entries)) {
		if x := entries[from]; x != nil {
			e.add(entitlement.ExternalAccount, e.entered(from, x))
		}
	}
}

// enter adds one access to its account's entry. An account with no entry but
// through exempt roles keeps a nil one: it was looked at.
func enter(entries map[string]*entry, s *Subject, a *entitlement.ExternalAccess) {
	if !outside(a.From) {
		return
	}
	x := entries[a.From]
	if s.Identity.Exempt(entitlement.TagExcludeFromReports) {
		entries[a.From] = x
		return
	}
	if x == nil {
		x = &entry{}
		entries[a.From] = x
	}
	x.methods = append(x.methods, strings.ReplaceAll(a.Method, "_", " "))
	x.roles = append(x.roles, string(s.Identity.ID))
	x.owners = append(x.owners, s.Owner)
	x.keys = append(x.keys, a.Keys...)
	for _, id := range a.Identities {
		x.identities = append(x.identities, string(id))
	}
	x.trustsAll = x.trustsAll || a.TrustsAll
	x.certain = x.certain || !a.Conditional
}

func (e *evaluation) entered(from string, x *entry) *entitlement.Finding {
	roles, identities := distinct(x.roles), distinct(x.identities)
	owner := ""
	if owners := distinct(x.owners); len(owners) == 1 { // Where several teams answer, none does.
		owner = owners[0]
	}
	trusted := strconv.Itoa(len(identities))
	if len(identities) > 0 {
		trusted += ": " + enumerate(identities)
	}
	if x.trustsAll {
		trusted = "all"
	}
	return &entitlement.Finding{
		System: e.System, Name: anybody(from), Resource: from, Owner: owner,
		Evidence: facts(
			entitlement.Evidence{Name: EvidenceMethod, Value: enumerate(distinct(x.methods))},
			entitlement.Evidence{Name: EvidenceIdentities, Value: trusted},
			entitlement.Evidence{Name: EvidenceRoles, Value: strconv.Itoa(len(roles)) + ": " + some(shortened(roles, e.System), 5)},
			entitlement.Evidence{Name: EvidenceOrganization, Value: e.membership(from)},
			entitlement.Evidence{Name: EvidenceConditional, Value: conditional(!x.certain, distinct(x.keys))},
		),
	}
}

// membership tells whether an account is of the same organisation; "" where
// that is not known.
func (e *evaluation) membership(from string) string {
	o := e.Organization
	switch {
	case o == nil || len(o.Members) == 0:
		return ""
	case slices.Contains(o.Members, entitlement.SystemID(from)) || o.Management == entitlement.SystemID(from):
		return "the same"
	}
	return "another"
}
