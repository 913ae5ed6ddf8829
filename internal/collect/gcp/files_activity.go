package gcp

import (
	"strings"
	"time"

	"github.com/leastward/leastward/internal/collect/records"
	"github.com/leastward/leastward/internal/entitlement"
)

// activity is Google Cloud's own record of a last use.
type activity struct {
	email, key string // The service account by its address or unique id; "" is no key.
	at         time.Time
}

// activity takes the last authentication of a service account or of a key.
// https://cloud.google.com/policy-intelligence/docs/activity-analyzer-service-account-authentication
func (b *builder) activity(src *source, o object, _ *around) {
	name := relative(o.text("fullResourceName"))
	_, who, ok := strings.Cut(name, "/serviceAccounts/")
	if !ok {
		b.reject(src, records.UnsupportedShape, "fullResourceName: %q is not that of a service account or a key of one", clip(name))
		return
	}
	email, key, _ := strings.Cut(who, "/keys/")
	at, err := o.object("activity").time("lastAuthenticatedTime")
	if err != nil {
		b.reject(src, records.BadTime, "activity.%v", err)
		return
	}
	b.used = append(b.used, &activity{email: strings.ToLower(email), key: key, at: at})
}

// noteUse gives last uses to service accounts and their keys.
func (b *builder) noteUse() {
	for _, u := range b.used {
		email := u.email
		if known, ok := b.uniques[email]; ok {
			email = known
		}
		acc := b.owned[email]
		if acc == nil {
			continue // Of one that was deleted since.
		}
		if u.key == "" {
			acc.lastUsed = later(acc.lastUsed, u.at)
			continue
		}
		for i := range acc.keys {
			if k := &acc.keys[i]; k.ID == entitlement.AccessKeyID(u.key) {
				k.LastUsed, k.UseKnown = later(k.LastUsed, u.at), true
			}
		}
	}
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
