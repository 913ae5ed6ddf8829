package exposure

import (
	"maps"
	"slices"
	"strings"

	"github.com/leastward/leastward/internal/entitlement"
)

// audience is whom an Allow reaches outside of the bucket's account, once the
// Deny statements have taken away what they can.
type audience struct {
	everyone bool
	keys     []string // Condition keys that stand before everybody.
	accounts map[string]bool
	notes    []string // Who else, in words.
}

// audience finds whom an Allow reaches.
func (v *bucketView) audience(o *offer) audience {
	out := audience{accounts: map[string]bool{}}
	left := o.actions.Minus(v.deniedTo(o, everybody()))
	if left.Empty() {
		return out
	}
	if o.who.everyone || o.who.negated {
		v.openTo(&out, o, left)
	} else {
		v.namedBy(&out, o)
	}
	v.keepUndenied(&out, o)
	return out
}

// openTo is the audience of a grant to everybody. Each action that is left is
// narrowed by the grant's own conditions and by every Deny that is about it.
func (v *bucketView) openTo(out *audience, o *offer, left entitlement.ActionSet) {
	own := narrowing(o.when)
	by := v.limiting(o)
	seen := map[string]bool{}
	var which []byte
	for action := range left.Indices() {
		which = which[:0]
		limits := own
		for i := range by {
			if by[i].actions.Has(action) {
				which = append(which, byte(i), byte(i>>8))
				limits = append(slices.Clip(limits), by[i].limit)
			}
		}
		if !seen[string(which)] {
			seen[string(which)] = true
			out.addLimited(limits)
		}
	}
	out.keys = sorted(out.keys)
}

// addLimited adds everybody behind all of some limits.
func (a *audience) addLimited(limits []limit) {
	if len(limits) == 0 {
		a.everyone = true
		return
	}
	all := limits[0]
	for _, l := range limits[1:] {
		all = all.and(l)
	}
	if all.accounts == nil {
		a.keys = append(a.keys, all.keys...)
		return
	}
	for _, account := range all.accounts { // It says more than any key.
		a.accounts[account] = true
	}
}

// namedBy is the audience of a grant to named principals.
func (v *bucketView) namedBy(out *audience, o *offer) {
	for _, a := range o.who.accounts {
		out.accounts[a] = true
	}
	for _, n := range append(slices.Clone(o.who.names), o.who.providers...) {
		switch account := accountOf(n); {
		case account == "cloudfront":
			out.notes = append(out.notes, "the CloudFront distributions with the "+strings.TrimPrefix(partOf(n, resourcePart), "user/CloudFront ")+", which may serve anybody")
		case account != "":
			out.accounts[account] = true
		case !deleted(n):
			out.accounts[n] = true
		}
	}
	for _, c := range o.who.canonical {
		if c != v.canonicalOwner() {
			out.accounts[c] = true
		}
	}
	for _, l := range narrowing(o.when) {
		if l.accounts != nil {
			keep := setOf(l.accounts)
			maps.DeleteFunc(out.accounts, func(a string, _ bool) bool { return isAccountNumber(a) && !keep[a] })
		}
	}
}

// deleted reports whether a principal is a unique id: AWS shows it in place of
// the ARN of a user or role that is no more.
func deleted(name string) bool {
	return strings.HasPrefix(name, "AROA") || strings.HasPrefix(name, "AIDA")
}

// keepUndenied takes out the bucket's own account, and the accounts that Deny
// statements shut out.
func (v *bucketView) keepUndenied(out *audience, o *offer) {
	delete(out.accounts, v.owner)
	for a := range out.accounts {
		if o.actions.Minus(v.deniedTo(o, a)).Empty() {
			delete(out.accounts, a)
		}
	}
}

// everybody stands for all accounts at once.
func everybody() string { return "" }

// deniedTo returns the actions that Deny statements without an escape take from
// a whole account, or from everybody, on all resources of an Allow.
func (v *bucketView) deniedTo(o *offer, account string) entitlement.ActionSet {
	set := entitlement.ActionSet{}
	for i := range v.denies {
		d := &v.denies[i]
		if d.shutsOut(account) && v.covers(d, o) {
			set = set.Union(d.actions)
		}
	}
	return set
}

// shutsOut reports whether a Deny applies to all requests of an account.
func (o *offer) shutsOut(account string) bool {
	if account == everybody() {
		return o.who.everyone && !o.who.negated && len(o.when) == 0
	}
	if !o.who.covers(account) {
		return false
	}
	l, ok := escape(o.when)
	return len(o.when) == 0 || ok && l.accounts != nil && !slices.Contains(l.accounts, account)
}

// limiting is a Deny that leaves some of everybody.
type limiting struct {
	limit   limit
	actions entitlement.ActionSet
}

// limiting returns the Deny statements that narrow everybody on all resources
// of an Allow.
func (v *bucketView) limiting(o *offer) []limiting {
	var out []limiting
	for i := range v.denies {
		d := &v.denies[i]
		if l, ok := d.leaves(); ok && v.covers(d, o) {
			out = append(out, limiting{l, d.actions})
		}
	}
	return out
}

// leaves returns whom a Deny leaves of everybody; false if it may leave anybody
// or leaves nobody.
func (o *offer) leaves() (limit, bool) {
	l, ok := escape(o.when)
	switch {
	case !o.who.negated:
		return l, ok && o.who.everyone
	case o.who.everyone:
		return limit{}, false
	}
	spared := limit{accounts: append([]string{}, o.who.accounts...)}
	for _, n := range append(slices.Clone(o.who.names), o.who.canonical...) {
		if account := accountOf(n); account != "" {
			n = account
		}
		spared.accounts = append(spared.accounts, n)
	}
	if len(o.when) == 0 {
		return spared, true
	}
	return spared.or(l, false), ok
}
