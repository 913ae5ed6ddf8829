package azure

import "strings"

// judge states the truth about one subscription.
func (t *Tenant) judge(s *subscription, activeGroups map[string]bool) SubscriptionTruth {
	st := SubscriptionTruth{ID: s.id, Name: s.name}
	by := t.holdings()
	for x := range t.identities() {
		if h := t.holdingOf(x, by); reaches(s, h.scopes) {
			t.judgeIdentity(&st, s, x, owns(s, h.owned))
		}
	}
	for _, g := range t.groups {
		if h := by[g.name]; reaches(s, h.scopes) {
			st.Counts.Groups++
			note(&st.Inactive.Groups, g.id, !activeGroups[g.name])
			note(&st.Administrators.Groups, g.id, owns(s, h.owned))
		}
	}
	for i := range t.functions {
		t.judgeWorkload(&st, s, t.function(i), &st.Counts.Functions, func(o *Subjects) *[]string { return &o.Functions })
	}
	for i := range t.machines {
		t.judgeWorkload(&st, s, t.machine(i), &st.Counts.Machines, func(o *Subjects) *[]string { return &o.Machines })
	}
	if !s.locked {
		st.Super = st.Administrators
	}
	t.judgeThings(&st, s)
	return st
}

func note(list *[]string, id string, is bool) {
	if is {
		*list = append(*list, id)
	}
}

// of returns the list of a kind of identity.
func (o *Subjects) of(k kind) *[]string {
	switch k {
	case kindUser:
		return &o.Users
	case kindPrincipal:
		return &o.ServicePrincipals
	case kindOwn, kindAssigned:
	}
	return &o.ManagedIdentities
}

func (c *Counts) of(k kind) *int {
	switch k {
	case kindUser:
		return &c.Users
	case kindPrincipal:
		return &c.ServicePrincipals
	case kindOwn, kindAssigned:
	}
	return &c.ManagedIdentities
}

func (t *Tenant) judgeIdentity(st *SubscriptionTruth, s *subscription, x *identity, owner bool) {
	*st.Counts.of(x.kind)++
	note(st.Inactive.of(x.kind), x.id, !x.active)
	note(st.Administrators.of(x.kind), x.id, owner)
	note(&st.WithoutMFA, x.id, x.kind == kindUser && !x.mfa && !x.off)
	note(&st.Eligible, x.id, x.eligible != "" && x.home == s)
	note(&st.Activated, x.id, x.activated && x.home == s)
	if x.kind == kindOwn { // It bears the tags of the function app.
		note(&st.ExcludedFromReports, x.id, t.function(x.index).exempt())
	}
	for _, tag := range x.tags {
		note(&st.ExcludedFromPCI, x.id, tag == "ck_exclude_from_pci")
		note(&st.ExcludedFromReports, x.id, tag == "ck_exclude_from_reports")
	}
	for _, k := range x.secrets {
		note(&st.OldSecrets, k.id, k.old(t.opts.Until))
		note(&st.UnusedSecrets, k.id, k.unused(t.opts.Until))
	}
}

func (t *Tenant) judgeWorkload(st *SubscriptionTruth, s *subscription, w *workload, count *int, of func(*Subjects) *[]string) {
	if w.as.home != s {
		return
	}
	*count++
	id := strings.ToLower(w.id)
	note(of(&st.Inactive), id, !w.as.active)
	note(of(&st.Administrators), id, w.as.super)
	note(&st.ExcludedFromReports, id, w.exempt())
}

func (t *Tenant) judgeThings(st *SubscriptionTruth, s *subscription) {
	for _, one := range t.stores(s) {
		st.Storage.Total++
		note(&st.Storage.ManagedKeys, one.id, !one.customerKey)
		note(&st.Storage.Public, one.id, one.open())
		note(&st.ExemptResources, one.id, one.exempt)
	}
	for _, f := range t.firewalls(s) {
		note(&st.OpenSecurityGroups, f.id, f.open)
		note(&st.ExemptResources, f.id, f.exempt)
	}
}
