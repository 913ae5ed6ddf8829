package trace

import (
	"strings"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/entitlement"
)

// classifier tells what an event did. It remembers what it was asked.
type classifier struct {
	catalog *catalog.Catalog
	table   map[[2]string]Kind
	known   map[callKey]callKind
}

type callKey struct {
	cloud        entitlement.Cloud
	source, name string
	passes       bool
}

type callKind struct {
	kind Kind // "" is none of those that are told on their own.
	read bool
}

func newClassifier(c *catalog.Catalog) *classifier {
	return &classifier{catalog: c, table: tabled(), known: map[callKey]callKind{}}
}

func (c *classifier) kind(ev *auditlog.Event) callKind {
	key := callKey{ev.Cloud, ev.Source, ev.Name, passesRole(ev)}
	k, ok := c.known[key]
	if !ok {
		k = c.decide(ev, key.passes)
		c.known[key] = k
	}
	return k
}

func passesRole(ev *auditlog.Event) bool {
	for i, a := range ev.Actions {
		if i > 0 && strings.EqualFold(string(a), "iam:PassRole") {
			return true
		}
	}
	return false
}

// decide asks the table of calls first and then what the catalogue knows of the
// call's own permission.
func (c *classifier) decide(ev *auditlog.Event, passes bool) callKind {
	info := c.info(ev)
	k := callKind{read: ev.ReadOnly}
	if ev.Cloud == entitlement.AWS {
		k.kind = c.table[[2]string{service(ev.Source), callName(ev.Name)}]
	}
	if info != nil {
		k.read = !info.Type.Changes() && !info.Sensitivity.Has(catalog.CredentialExposure)
	}
	switch {
	case k.kind != "":
		k.read = false
	case passes:
		k.kind = PassedRole
	case info == nil:
	case changesAccess(info):
		k.kind = ChangedPolicy
	case sensitive(info):
		k.kind, k.read = SensitiveRead, false
	case info.Type == catalog.Delete:
		k.kind = Deleted
	}
	return k
}

func (c *classifier) info(ev *auditlog.Event) *catalog.Info {
	if len(ev.Actions) == 0 || ev.Cloud != c.catalog.Cloud() {
		return nil
	}
	i, ok := c.catalog.Index(ev.Actions[0])
	if !ok {
		return nil
	}
	return c.catalog.Info(i)
}

// changesAccess reports whether the action is about permissions. What creates a
// resource may bring a policy along; the table names the calls of IAM.
func changesAccess(info *catalog.Info) bool {
	if info.Type == catalog.Permissions {
		return true
	}
	_, name, _ := strings.Cut(string(info.Action), ":")
	return info.Service != "iam" && info.Type.Changes() && info.Sensitivity.Has(catalog.ResourceExposure) &&
		!strings.HasPrefix(name, "Create")
}

// sensitive reports whether the action hands out credentials or data. Decrypt is
// a write to the catalogue, as AWS has it.
func sensitive(info *catalog.Info) bool {
	hands := info.Sensitivity.Has(catalog.CredentialExposure | catalog.DataAccess)
	return hands && (!info.Type.Changes() || info.Action == "kms:Decrypt" || info.Sensitivity.Has(catalog.CredentialExposure))
}

// service shortens an event source, iam.amazonaws.com, to the service.
func service(source string) string {
	for _, domain := range []string{".amazonaws.com", ".googleapis.com"} {
		if s, _, ok := strings.Cut(source, domain); ok {
			return s
		}
	}
	return source
}

// callName leaves out the version of an API that Lambda and CloudFront record
// behind a call's name: CreateFunction20150331, UpdateDistribution2020_05_31.
func callName(name string) string {
	i := strings.LastIndex(name, "20")
	if i <= 0 || i+8 > len(name) {
		return name
	}
	for _, r := range name[i:] {
		if (r < '0' || r > '9') && r != '_' && r != 'v' {
			return name
		}
	}
	return name[:i]
}
