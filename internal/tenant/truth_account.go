package tenant

import "time"

// accountTruth states the truth about one account.
func (w *world) accountTruth(a *account, events int) AccountTruth {
	t := AccountTruth{ID: a.id, Name: a.name, Events: events}
	members := map[string]int{} // Active members by group; absent is no member.
	for x := range w.identities(a) {
		w.judge(&t, x)
		for _, g := range x.groups {
			if x.active {
				members[g]++
			} else {
				members[g] += 0
			}
		}
		if x.kind == kindUser {
			w.judgeCredentials(&t, x)
		}
	}
	for _, g := range w.groups(a) {
		t.Counts.Groups++
		active, some := members[g.name]
		switch {
		case active > 0:
			t.Active.Groups++
		case some:
			t.Inactive.Groups = append(t.Inactive.Groups, g.arn)
		default:
			t.EmptyGroups = append(t.EmptyGroups, g.arn)
		}
		if g.super {
			t.Administrators.Groups = append(t.Administrators.Groups, g.arn)
		}
	}
	if a.production() {
		t.Super = t.Administrators
	}
	w.judgeThings(&t, a)
	return t
}

// judge enters one identity.
func (w *world) judge(t *AccountTruth, x *identity) {
	*t.Counts.of(x.kind)++
	switch {
	case x.serviceManaged:
		t.ServiceManaged = append(t.ServiceManaged, x.arn)
	case x.active || w.attack.victim(x):
		*t.Active.of(x.kind)++
	case x.fresh:
		t.Fresh = append(t.Fresh, x.arn)
	default:
		add(t.Inactive.of(x.kind), x.arn)
	}
	if x.super {
		add(t.Administrators.of(x.kind), x.arn)
	}
	if x.deniedOnly {
		t.DeniedOnly = append(t.DeniedOnly, x.arn)
	}
	if x.kind == kindRole && x.profile.whole && x.active {
		t.RightSized = append(t.RightSized, x.arn)
	}
	w.judgeTags(t, x)
	w.judgeReach(t, x)
}

// judgeTags enters what an identity's tags say. The list of an account's
// functions has no tags: those of functions are not written anywhere.
func (w *world) judgeTags(t *AccountTruth, x *identity) {
	if x.kind == kindFunction || x.serviceManaged {
		return
	}
	owned := false
	for _, tag := range x.tags {
		switch {
		case tag.Key == "owner":
			owned = true
		case tag.Value == "false":
		case tag.Key == "ck_exclude_from_pci":
			t.ExcludedFromPCI = append(t.ExcludedFromPCI, x.arn)
		case tag.Key == "ck_exclude_from_reports":
			t.ExcludedFromReports = append(t.ExcludedFromReports, x.arn)
		}
	}
	if !owned {
		t.WithoutOwner = append(t.WithoutOwner, x.arn)
	}
}

func (w *world) judgeCredentials(t *AccountTruth, x *identity) {
	if x.console && !x.mfa {
		t.WithoutMFA = append(t.WithoutMFA, x.arn)
	}
	last := w.lastUse(x)
	edge := w.opts.Until.AddDate(0, 0, -90)
	for i, k := range x.keys {
		kt := KeyTruth{ID: k.id, User: x.arn, Slot: i + 1, Created: k.created, Enabled: k.enabled}
		used := latest(k.lastUsed, last.keys[i])
		if !used.IsZero() {
			kt.LastUsed = &used
		}
		kt.Old = k.enabled && k.created.Before(edge)
		kt.Unused = kt.Old && used.Before(edge)
		t.Keys = append(t.Keys, kt)
	}
}

func (c *Counts) of(k kind) *int {
	switch k {
	case kindUser:
		return &c.Users
	case kindRole:
		return &c.Roles
	case kindFunction:
		return &c.Functions
	case kindInstance:
	}
	return &c.Instances
}

func (s *Subjects) of(k kind) *[]string {
	switch k {
	case kindUser:
		return &s.Users
	case kindRole:
		return &s.Roles
	case kindFunction:
		return &s.Functions
	case kindInstance:
	}
	return &s.Instances
}

func add(list *[]string, arn string) { *list = append(*list, arn) }

// truth states the truth about the organisation.
func (w *world) truth(events []int) Truth {
	t := Truth{Generator: generator, Size: w.opts.Size, Seed: w.opts.Seed, From: w.from.UTC(), Until: w.opts.Until.In(time.UTC)}
	for i, a := range w.accounts {
		t.Accounts = append(t.Accounts, w.accountTruth(a, events[i]))
		t.Events += events[i]
	}
	return t
}

// generator is the version of what the seed gives.
const generator = 2
