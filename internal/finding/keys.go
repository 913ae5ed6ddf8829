package finding

import (
	"time"

	"github.com/leastward/leastward/internal/entitlement"
)

// findOldKeys: active keys older than the limit; best practice is to rotate
// every 90 days.
func findOldKeys(s *Subject, o *Options) []entitlement.Finding {
	return eachKey(s, o, func(k entitlement.AccessKey) bool {
		return !k.Created.IsZero() && o.Now.Sub(k.Created) > o.KeyAge
	})
}

// findUnusedKeys: active keys without a use within the limit. A key whose use
// is unknown, since neither the cloud's record nor logs of the whole time are
// at hand, is no finding. On Azure and Google Cloud it needs the cloud's record:
// most logs there do not tell which secret or key was used.
func findUnusedKeys(s *Subject, o *Options) []entitlement.Finding {
	return eachKey(s, o, func(k entitlement.AccessKey) bool {
		known := k.UseKnown || o.Cloud != entitlement.Azure && o.Cloud != entitlement.GCP && recorded(k, s, o)
		used := !k.LastUsed.IsZero() && o.Now.Sub(k.LastUsed) <= o.KeyUnused
		return known && !used && !young(k.Created, o)
	})
}

// recorded reports whether the logs would have told of a use.
func recorded(k entitlement.AccessKey, s *Subject, o *Options) bool {
	return !k.LastUsed.IsZero() || s.Observed >= 1 && o.KeyUnused <= o.Window
}

func eachKey(s *Subject, o *Options, bad func(entitlement.AccessKey) bool) []entitlement.Finding {
	var list []entitlement.Finding
	for _, k := range s.Identity.Keys {
		if !k.Active || !bad(k) {
			continue
		}
		f := s.finding(keyEvidence(k, o)...)[0]
		f.Resource, f.Created, f.LastActive = string(k.ID), k.Created, k.LastUsed
		list = append(list, f)
	}
	return list
}

func keyEvidence(k entitlement.AccessKey, o *Options) []entitlement.Evidence {
	age, used := "unknown", "never"
	if !k.Created.IsZero() {
		age = days(o.Now.Sub(k.Created))
	}
	if !k.LastUsed.IsZero() {
		used = k.LastUsed.UTC().Format(time.DateOnly)
	}
	return []entitlement.Evidence{
		{Name: "Access key", Value: string(k.ID)},
		{Name: "Age", Value: age},
		{Name: "Last used", Value: used},
	}
}
