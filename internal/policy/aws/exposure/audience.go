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

// openTo is the audience of a grant to everybody, as far as its own conditions
// or Deny statements narrow it.
func (v *bucketView) openTo(out *audience, o *offer, left entitlement.ActionSet) {
	by := append(narrowing(o.when), v.narrowed(o, left)...)
	if len(by) == 0 {
		out.everyone = true
		return
	}
	if i := slices.IndexFunc(by, func(l limit) bool { return l.accounts != nil }); i >= 0 {
		maps.Copy(out.accounts, setOf(by[i].accounts)) // The account says more than any key.
		return
	}
	for i := range by {
		out.keys = append(out.keys, by[i].keys...)
	}
	out.keys = sorted(out.keys)
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
		out.accounts[c] = true
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

// narrowed returns what Deny statements leave of everybody, if they do so for
// all actions that are left.
func (v *bucketView) narrowed(o *offer, left entitlement.ActionSet) []limit {
	var by []limit
	set := entitlement.ActionSet{}
	for i := range v.denies {
		d := &v.denies[i]
		l, ok := d.leaves()
		if ok && !d.actions.Intersect(left).Empty() && v.covers(d, o) {
			by = append(by, l)
			set = set.Union(d.actions)
		}
	}
	if !left.Minus(set).Empty() {
		return nil
	}
	return merge(by, left, v.wholes(o, left))
}

// wholes are the limits of the Deny statements that cover all that is left by
// themselves.
func (v *bucketView) wholes(o *offer, left entitlement.ActionSet) []limit {
	var by []limit
	for i := range v.denies {
		d := &v.denies[i]
		if l, ok := d.leaves(); ok && left.Minus(d.actions).Empty() && v.covers(d, o) {
			by = append(by, l)
		}
	}
	return by
}
