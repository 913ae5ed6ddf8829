package gcp

import (
	"strings"
	"time"

	"github.com/leastward/leastward/internal/collect/records"
	"github.com/leastward/leastward/internal/entitlement"
)

// account is a service account that an export describes.
type account struct {
	email, unique, name string
	home                string // Its project, as written.
	disabled            bool
	keys                []entitlement.AccessKey
	lastUsed            time.Time
}

// account returns a service account by its address, which is made if need be.
func (b *builder) account(email string) *account {
	email = strings.ToLower(email)
	a, ok := b.owned[email]
	if !ok {
		a = &account{email: email, home: b.accounts.homeProject(email)}
		b.owned[email] = a
	}
	return a
}

// serviceAccount takes a service account.
// https://cloud.google.com/iam/docs/reference/rest/v1/projects.serviceAccounts
func (b *builder) serviceAccount(src *source, o object, _ *around) {
	name := relative(o.text("name"))
	email := strings.ToLower(o.text("email"))
	if email == "" && strings.Contains(lastOf(name), "@") {
		email = strings.ToLower(lastOf(name))
	}
	if email == "" {
		b.reject(src, records.MissingField, "email is missing; export the service account again")
		return
	}
	a := b.account(email)
	a.name, a.disabled = o.text("displayName"), o.is("disabled")
	if id := o.text("uniqueId"); id != "" {
		a.unique = id
		b.uniques[id] = email
	}
	for _, ref := range []string{"projects/" + o.text("projectId"), projectIn("/" + "/iam.googleapis.com/" + name)} {
		if container(ref) {
			a.home = ref
			break
		}
	}
	if a.home == "" {
		b.reject(src, NoProject, "projectId of %s is missing; export the service account again", email)
		return
	}
	b.numbered(a.home, email)
	b.tree.node(a.home).present = true
}

// numbered learns the number of a project from the address of an account of its
// own: "123-compute@developer.gserviceaccount.com".
func (b *builder) numbered(home, email string) {
	id, isProject := strings.CutPrefix(home, "projects/")
	number, _, _ := strings.Cut(email, "-")
	if isProject && !isNumber(id) && isNumber(number) && strings.HasSuffix(email, "@developer.gserviceaccount.com") {
		b.tree.link(id, number)
	}
}

// accountKey is a key of a service account.
type accountKey struct {
	src    *source
	email  string // Or its unique id.
	home   string
	access entitlement.AccessKey
}

// key takes a key of a service account. Keys that Google made and holds rotate
// by themselves and are nobody's credential.
// https://cloud.google.com/iam/docs/reference/rest/v1/projects.serviceAccounts.keys
func (b *builder) key(src *source, o object, _ *around) {
	name := relative(o.text("name"))
	if !strings.Contains(name, "/keys/") {
		name = relative(o.text(fullNameKey))
	}
	before, id, _ := strings.Cut(name, "/keys/")
	project, who, ok := strings.Cut(before, "/serviceAccounts/")
	if !ok || id == "" {
		b.reject(src, records.MissingField, "name: %q is not that of a key, such as projects/p/serviceAccounts/EMAIL/keys/ID", clip(name))
		return
	}
	k := &accountKey{src: src, email: strings.ToLower(who), access: entitlement.AccessKey{ID: entitlement.AccessKeyID(id)}}
	if container(project) && lastOf(project) != "-" {
		k.home = project
		b.numbered(project, k.email)
		b.tree.node(project).present = true
	}
	until := time.Time{}
	for _, t := range []struct {
		key string
		at  *time.Time
	}{{"validAfterTime", &k.access.Created}, {"validBeforeTime", &until}} {
		var err error
		if *t.at, err = o.time(t.key); err != nil {
			b.problem(src.within(", %s", name), records.BadTime, "%v: it is unknown", err)
		}
	}
	k.access.Active = !o.is("disabled") && (until.IsZero() || b.now.Before(until))
	if o.text("keyType") != "SYSTEM_MANAGED" {
		b.keys = append(b.keys, k)
	}
}

// hold gives the keys to their service accounts.
func (b *builder) hold() {
	seen := map[string]bool{}
	for _, k := range b.keys {
		email := k.email
		if known, ok := b.uniques[email]; ok {
			email = known
		}
		if !strings.Contains(email, "@") {
			b.reject(k.src, Incomplete, "service account %s of key %s is not known; export the service accounts, too", email, k.access.ID)
			continue
		}
		a := b.account(email)
		if a.home == "" {
			a.home = k.home
		}
		if id := email + "/" + string(k.access.ID); !seen[id] {
			seen[id] = true
			a.keys = append(a.keys, k.access)
		}
	}
}
