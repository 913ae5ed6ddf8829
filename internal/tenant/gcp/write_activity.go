package gcp

import (
	"time"

	"github.com/leastward/leastward/internal/tenant/files"
)

// writeActivity writes when service accounts and their keys were last used, as
// `gcloud policy-intelligence query-activity` does.
func (o *Organization) writeActivity(create files.Create) error {
	return files.Array(create, entitlements+"activity.json", func(yield func(object) bool) {
		used := func(p *project, typ, name string, at time.Time) bool {
			activity := object{}
			if !at.IsZero() {
				activity["lastAuthenticatedTime"] = stamp(at)
			}
			return yield(object{
				"activityType": typ, "fullResourceName": "//iam.googleapis.com/projects/" + p.number + "/serviceAccounts/" + name, "activity": activity,
				"observationPeriod": object{"startTime": stamp(o.opts.From), "endTime": stamp(o.opts.Until)},
			})
		}
		for _, p := range o.projects {
			if !used(p, "serviceAccountKeyLastAuthentication", p.number+"001/keys/"+o.forgottenKey(p).id, time.Time{}) {
				return
			}
		}
		for i := range o.accounts {
			x := o.account(i)
			if !x.signedIn.IsZero() && !used(x.home, "serviceAccountLastAuthentication", x.unique, x.signedIn) {
				return
			}
			for _, k := range x.keys {
				if k.recorded && !used(x.home, "serviceAccountKeyLastAuthentication", x.unique+"/keys/"+k.id, k.used) {
					return
				}
			}
		}
	})
}
