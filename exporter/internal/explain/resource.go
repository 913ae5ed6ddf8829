package explain

import (
	"strings"

	"github.com/leastward/leastward/internal/entitlement"
	policy "github.com/leastward/leastward/internal/policy/aws"
)

// owned is a resource with the account that it belongs to.
type owned struct {
	*entitlement.Resource
	owner entitlement.SystemID
}

func resourcesOf(estate *policy.Estate) map[entitlement.ResourceID]owned {
	all := map[entitlement.ResourceID]owned{}
	for _, a := range estate.Accounts() {
		list := a.Inventory().Resources
		for i := range list {
			if _, twice := all[list[i].ID]; !twice {
				all[list[i].ID] = owned{&list[i], a.System()}
			}
		}
	}
	return all
}

// resource finds the resource of the documents that an ARN is or is a part of,
// as an object is of its bucket.
func (w *Words) resource(arn string) (owned, bool) {
	for strings.Count(arn, ":") >= 5 {
		if r, ok := w.resources[entitlement.ResourceID(arn)]; ok {
			return r, true
		}
		arn = arn[:strings.LastIndexAny(arn, "/:")]
	}
	return owned{}, false
}

// ResourcePolicy returns the policy that says who may use a resource: the trust
// policy of a role, that of the resource, or that of the one that it is a part
// of; nil if none is known.
func (w *Words) ResourcePolicy(arn string) *policy.Document {
	if doc := w.document(documentKey{policy.TrustLayer, entitlement.PolicyID(arn)}); doc != nil {
		return doc
	}
	if r, ok := w.resource(arn); ok {
		return w.document(documentKey{policy.ResourceLayer, entitlement.PolicyID(r.ID)})
	}
	return nil
}

// resourceOf returns the resource whose policy a reason is about.
func (w *Words) resourceOf(r *policy.Request, reason *policy.Reason) string {
	if reason.Policy != "" {
		return string(reason.Policy)
	}
	if known, ok := w.resource(r.Resource); ok && reason.Layer == policy.ResourceLayer {
		return string(known.ID)
	}
	return r.Resource
}

// accountOf returns the account number in an ARN, "" if it has none.
func accountOf(arn string) string {
	for range 4 {
		_, arn, _ = strings.Cut(arn, ":")
	}
	account, _, _ := strings.Cut(arn, ":")
	return account
}
