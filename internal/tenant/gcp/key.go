package gcp

import (
	"math/rand/v2"
	"time"

	"github.com/leastward/leastward/internal/tenant/draw"
)

// key is a key of a service account.
type key struct {
	id             string
	created, until time.Time
	disabled       bool
	used           time.Time // Zero is never.
	recorded       bool      // Google tells of its use.
}

// giveKeys gives a service account a key or two. Ages and idle times near 90
// days, which are in doubt, do not occur.
func (o *Organization) giveKeys(x *identity, r *rand.Rand) {
	x.keys = append(x.keys, o.key(x, r, x.active))
	if r.IntN(3) == 0 {
		x.keys = append(x.keys, o.key(x, r, false))
	}
}

func (o *Organization) key(x *identity, r *rand.Rand, used bool) key {
	until := o.opts.Until
	k := key{id: draw.HexID(r, "", 40), until: time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC), recorded: used || r.IntN(5) > 0}
	k.created = draw.Between(r, x.created, until.Add(-105*24*time.Hour))
	switch n := r.IntN(6); {
	case n == 0:
		k.created = until.Add(-time.Duration(3+r.IntN(8)) * 24 * time.Hour)
	case n == 1 && !used:
		k.disabled = true
	}
	switch {
	case used:
		k.used = draw.Between(r, latest(k.created, until.AddDate(0, 0, -15)), until)
	case k.recorded && r.IntN(2) == 0 && k.created.Before(o.opts.From.AddDate(0, 0, -20)):
		k.used = draw.Between(r, k.created, o.opts.From.AddDate(0, 0, -15))
	}
	return k
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func (k key) old(until time.Time) bool {
	return !k.disabled && k.created.Before(until.AddDate(0, 0, -90))
}

func (k key) unused(until time.Time) bool {
	return k.old(until) && k.recorded && k.used.Before(until.AddDate(0, 0, -90))
}
