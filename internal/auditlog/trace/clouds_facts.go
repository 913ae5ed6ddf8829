package trace

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/entitlement"
)

// isPrincipal reports whether an id is one of Azure or Google Cloud: an object
// id, an address, or a principal of a pool.
func isPrincipal(id string) bool {
	at := strings.IndexByte(id, '@')
	return at > 0 && !strings.ContainsAny(id, ":/") || entitlement.IsGUID(id) || strings.HasPrefix(id, "principal://")
}

// principalOf returns the id of a principal as events have it: addresses and
// object ids in lower case.
func principalOf(id string) string {
	if isPrincipal(id) && !strings.HasPrefix(id, "principal://") {
		return strings.ToLower(id)
	}
	return id
}

// accountOf returns the service account that the full resource name of Google
// Cloud names, "" if it names none by its address.
func accountOf(resource string) string {
	_, rest, ok := strings.Cut(resource, "/serviceAccounts/")
	if !ok || !strings.HasPrefix(resource, "//iam.googleapis.com/") {
		return ""
	}
	name, _, _ := strings.Cut(rest, "/")
	if !isPrincipal(name) {
		return ""
	}
	return strings.ToLower(name)
}

// isAccount reports whether an id is that of a service account of Google Cloud.
func isAccount(id string) bool { return strings.HasSuffix(id, ".gserviceaccount.com") }

// elsewhere reads the facts of a call of Azure or Google Cloud.
func (f *facts) elsewhere(ev *auditlog.Event, kind Kind) {
	f.pickElsewhere(ev, kind)
	switch kind {
	case AssumedRole:
		// Who began the chain of delegation is whom the session bears the name of.
		f.role, f.session = f.target, cmp.Or(ev.Session, string(ev.Identity))
	case CreatedIdentity:
		f.created = createdElsewhere(ev, f.target)
		f.target = cmp.Or(f.created, f.target)
	case CreatedCredential:
		// A key of Google Cloud is in each event that it signs; on Azure only a
		// sign-in tells it.
		if isPrincipal(f.target) && (ev.Cloud == entitlement.Azure || len(ev.Issued) == 0) {
			f.password = f.target
		}
	case PassedRole, RanCode:
		f.role = passedElsewhere(ev)
	case ChangedPolicy, SharedResource:
		f.named = namedElsewhere(ev)
	case ActedFrom, UsedKey, SessionOf, RunsAs, SignedIn, SensitiveRead, WeakenedDefences, Removed, Deleted, Refused, Discovery, Other:
	}
}

// pickElsewhere takes the first resource, which is the call's own; of calls about
// identities the first that is one.
func (f *facts) pickElsewhere(ev *auditlog.Event, kind Kind) {
	for i := range ev.Resources {
		r := &ev.Resources[i]
		id := identityIn(ev, string(r.ID))
		about := kind == AssumedRole || kind == CreatedCredential || kind == CreatedIdentity || kind == Removed || ev.Cloud == entitlement.Azure
		if about && id != "" {
			f.target, f.targetType = id, ""
			return
		}
		if f.target == "" {
			f.target = bucketElsewhere(string(r.ID))
			if f.targetType = typeOf(f.target, r.Type); f.target != string(r.ID) {
				f.targetType = "bucket"
			}
		}
	}
}

// identityIn returns the identity that a resource is: a service account, an
// object of the directory.
func identityIn(ev *auditlog.Event, resource string) string {
	if ev.Cloud == entitlement.GCP {
		return accountOf(resource)
	}
	if isPrincipal(resource) {
		return principalOf(resource)
	}
	return ""
}

// bucketElsewhere turns the name of an object into that of its bucket.
func bucketElsewhere(resource string) string {
	const prefix = "//storage.googleapis.com/"
	if rest, ok := strings.CutPrefix(resource, prefix); ok {
		bucket, _, _ := strings.Cut(rest, "/")
		return prefix + bucket
	}
	return resource
}

// createdElsewhere returns the identity that a call created: what it names, or
// the address in the answer of CreateServiceAccount.
func createdElsewhere(ev *auditlog.Event, target string) string {
	if isPrincipal(target) {
		return target
	}
	created := ""
	words(ev, func(w string) {
		if created == "" && ev.Cloud == entitlement.GCP && isAccount(w) && isPrincipal(w) {
			created = strings.ToLower(w)
		}
	})
	return created
}

// passedElsewhere returns the service account or managed identity that a machine
// is given.
func passedElsewhere(ev *auditlog.Event) string {
	for i := range ev.Resources {
		id := string(ev.Resources[i].ID)
		if account := accountOf(id); account != "" {
			return account
		}
		if strings.Contains(strings.ToLower(id), "/userassignedidentities/") {
			return id
		}
	}
	role := ""
	words(ev, func(w string) {
		if role == "" && isAccount(w) && isPrincipal(w) {
			role = strings.ToLower(w)
		}
	})
	return role
}

// namedElsewhere returns whom and what a change of permissions names: members
// and roles of a policy, the principal and the role of an assignment, and
// everybody.
func namedElsewhere(ev *auditlog.Event) (list []string) {
	note := func(name string) {
		if name != "" && len(list) < maxNamed && !slices.Contains(list, name) {
			list = append(list, name)
		}
	}
	words(ev, func(w string) {
		switch member, isRole := strings.Trim(w, `",`), regexp.MustCompile(`^(projects/[^/]+/|organizations/[^/]+/)?roles/`); {
		case member == "allUsers", member == "allAuthenticatedUsers", member == "0.0.0.0/0", member == "::/0", member == "Internet":
			note(map[bool]string{true: "everybody", false: member}[strings.HasPrefix(member, "all")])
		case ev.Cloud == entitlement.GCP && isRole.MatchString(member):
			note(member)
		case ev.Cloud == entitlement.GCP && isMember(member):
			note(member)
		case ev.Cloud == entitlement.Azure:
			note(namedByAzure(ev, member))
		}
	})
	return list
}

func isMember(w string) bool {
	kind, rest, ok := strings.Cut(w, ":")
	return ok && rest != "" && in("user serviceAccount group domain principal principalSet deleted", kind)
}

// namedByAzure returns the role or the principal that a word of an assignment's
// request names.
func namedByAzure(ev *auditlog.Event, word string) string {
	if _, id, ok := strings.Cut(strings.ToLower(word), "/roledefinitions/"); ok {
		return roleNamed(id)
	}
	if entitlement.IsGUID(word) && !strings.EqualFold(word, string(ev.Identity)) && !strings.EqualFold(word, string(ev.System)) {
		return strings.ToLower(word)
	}
	return ""
}

// roleNamed returns the name of a built-in role, "role ID" of another.
func roleNamed(id string) string {
	for i := range catalog.AzureRoles() {
		if r := &catalog.AzureRoles()[i]; string(r.ID) == id {
			return r.Name
		}
	}
	return "role " + id
}
