package gcp

import (
	"maps"
	"slices"
)

// reaches reports whether what is granted on a container holds in a project.
func (p *project) reaches(on string) bool {
	return on == organization || on == p.folder.ref || on == p.ref()
}

// in reports whether an identity holds something in a project.
func (o *Organization) in(x *identity, p *project) bool {
	if len(x.groups) == 0 {
		return x.home == p
	}
	for _, g := range o.groups {
		if slices.Contains(x.groups, g.name) && p.reaches(g.on) {
			return true
		}
	}
	return false
}

// activeGroups are the groups of which a member, be it by another group, is
// active.
func (o *Organization) activeGroups() map[string]bool {
	active := map[string]bool{}
	for i := range o.users {
		if x := o.user(i); x.active {
			for _, name := range x.groups {
				active[name] = true
			}
		}
	}
	for _, g := range o.groups {
		for _, inside := range g.inside {
			active[g.name] = active[g.name] || active[inside]
		}
	}
	return active
}

// judge states the truth about one project.
func (o *Organization) judge(p *project) ProjectTruth {
	t := ProjectTruth{ID: p.id, Name: p.name}
	for x := range o.identities() {
		if o.in(x, p) {
			o.judgeIdentity(&t, p, x)
		}
	}
	active := o.activeGroups()
	for _, g := range o.groups {
		if p.reaches(g.on) {
			t.Counts.Groups++
			note(&t.Inactive.Groups, g.email, !active[g.name])
			note(&t.Administrators.Groups, g.email, slices.Contains(g.roles, "roles/owner"))
		}
	}
	o.judgeMade(&t, p)
	for i := range o.functions {
		t.judgeWorkload(p, o.function(i), &t.Counts.Functions, func(s *Subjects) *[]string { return &s.Functions })
	}
	for i := range o.instances {
		t.judgeWorkload(p, o.instance(i), &t.Counts.Instances, func(s *Subjects) *[]string { return &s.Instances })
	}
	if !p.locked {
		t.Super = t.Administrators
	}
	o.judgeThings(&t, p)
	return t
}

func (o *Organization) judgeIdentity(t *ProjectTruth, p *project, x *identity) {
	list := func(s *Subjects) *[]string { return &s.ServiceAccounts }
	count := &t.Counts.ServiceAccounts
	if x.kind == kindUser {
		list, count = func(s *Subjects) *[]string { return &s.Users }, &t.Counts.Users
	}
	*count++
	note(list(&t.Inactive), x.email, !x.active)
	note(list(&t.Administrators), x.email, x.super)
	note(list(&t.Escalating), x.email, x.escalates(p))
	note(&t.WithoutMFA, x.email, x.kind == kindUser && !x.guest && !x.mfa && !x.off)
	for _, k := range x.keys {
		note(&t.OldKeys, k.id, k.old(o.opts.Until))
		note(&t.UnusedKeys, k.id, k.unused(o.opts.Until))
	}
}

// judgeMade enters the accounts of the chain, which nobody uses, those that
// Google makes, and the contractor.
func (o *Organization) judgeMade(t *ProjectTruth, p *project) {
	own, run, pass := p.account(provisioner), p.account(runner), p.account(relay)
	t.Inactive.ServiceAccounts = append(t.Inactive.ServiceAccounts, own, run, pass)
	t.Administrators.ServiceAccounts = append(t.Administrators.ServiceAccounts, own)
	t.Escalating.ServiceAccounts = append(t.Escalating.ServiceAccounts, run, pass)
	forgotten := o.forgottenKey(p).id
	t.OldKeys, t.UnusedKeys = append(t.OldKeys, forgotten), append(t.UnusedKeys, forgotten)
	t.Default = []string{p.computeDefault(), p.appEngine()}
	t.Managed = slices.Sorted(maps.Keys(p.agents()))
	t.Counts.ServiceAccounts += len(chain()) + len(t.Default) + len(t.Managed)
	// A public bucket gives everybody something that they could use.
	t.Inactive.ServiceAccounts = append(t.Inactive.ServiceAccounts, t.Default...)
	note(&t.Escalating.ServiceAccounts, own, p.locked)
	if p.env == "dev" {
		t.Counts.Users++
		t.Inactive.Users = append(t.Inactive.Users, contractor)
		t.Escalating.ServiceAccounts = append(t.Escalating.ServiceAccounts, p.computeDefault())
	}
}

func (t *ProjectTruth) judgeWorkload(p *project, w *workload, count *int, of func(*Subjects) *[]string) {
	if w.as.home != p {
		return
	}
	*count++
	note(of(&t.Inactive), w.full, !w.as.active)
	note(of(&t.Administrators), w.full, w.as.super)
	note(of(&t.Escalating), w.full, w.as.escalates(p))
	note(&t.ExcludedFromReports, w.full, w.labels["ck_exclude_from_reports"] == "true")
}

func (o *Organization) judgeThings(t *ProjectTruth, p *project) {
	for _, b := range o.buckets(p) {
		full := "//storage.googleapis.com/" + b.name
		t.Buckets.Total++
		note(&t.Buckets.ManagedKeys, full, !b.customerKey)
		note(&t.Buckets.Public, full, b.public && !b.prevented)
		note(&t.Buckets.ObjectACLs, full, b.lists)
		note(&t.ExemptResources, full, b.exempt)
	}
	for _, name := range open() {
		t.OpenFirewalls = append(t.OpenFirewalls, "//compute.googleapis.com/"+p.ref()+"/global/firewalls/"+name)
	}
}
