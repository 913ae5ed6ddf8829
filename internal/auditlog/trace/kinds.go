package trace

import (
	"strings"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/auditlog/actions"
	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/entitlement"
)

// classifier tells what an event did. It remembers what it was asked.
type classifier struct {
	catalog *catalog.Catalog
	table   map[[2]string]Kind // Of AWS.
	others  map[string]Kind    // Of Azure and Google Cloud.
	known   map[callKey]callKind
}

type callKey struct {
	cloud        entitlement.Cloud
	source, name string
	passes       bool
	actions      string // Outside of AWS, where one name stands for calls that ask for other permissions.
}

type callKind struct {
	kind Kind // "" is none of those that are told on their own.
	read bool
}

func newClassifier(c *catalog.Catalog) *classifier {
	return &classifier{catalog: c, table: tabled(), others: others(), known: map[callKey]callKind{}}
}

func (c *classifier) kind(ev *auditlog.Event) callKind {
	key := callKey{cloud: ev.Cloud, source: ev.Source, name: ev.Name, passes: passesRole(ev)}
	if ev.Cloud != entitlement.AWS {
		for _, a := range ev.Actions {
			key.actions += string(a) + " "
		}
	}
	k, ok := c.known[key]
	if !ok {
		k = c.decide(ev, key.passes)
		c.known[key] = k
	}
	return k
}

func passesRole(ev *auditlog.Event) bool {
	for i, a := range ev.Actions {
		if i > 0 && strings.EqualFold(string(a), "iam:PassRole") || a == "iam.serviceAccounts.actAs" {
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
	if kind := c.elsewhere(ev); kind != "" {
		k.kind = kind
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
	case changesAccess(info, ev.Cloud):
		k.kind = ChangedPolicy
	case sensitive(info, ev.Cloud):
		k.kind, k.read = SensitiveRead, false
	case info.Type == catalog.Delete:
		k.kind = Deleted
	}
	return k
}

func (c *classifier) info(ev *auditlog.Event) *catalog.Info {
	if len(ev.Actions) == 0 || ev.Cloud != catalog.CloudOf(ev.Actions[0]) {
		return nil
	}
	return actions.Info(c.catalog, ev.Actions[0])
}

// changesAccess reports whether the action is about permissions. What creates a
// resource may bring a policy along; the table names the calls of IAM. On Azure
// and Google Cloud writes of many resources may, and the table names those that
// are about it.
func changesAccess(info *catalog.Info, cloud entitlement.Cloud) bool {
	if info.Type == catalog.Permissions || cloud != entitlement.AWS {
		return info.Type == catalog.Permissions
	}
	_, name, _ := strings.Cut(string(info.Action), ":")
	return info.Service != "iam" && info.Type.Changes() && info.Sensitivity.Has(catalog.ResourceExposure) &&
		!strings.HasPrefix(name, "Create")
}

// sensitive reports whether the action hands out credentials or data. Decrypt is
// a write to the catalogue, as AWS has it.
func sensitive(info *catalog.Info, cloud entitlement.Cloud) bool {
	hands := info.Sensitivity.Has(catalog.CredentialExposure | catalog.DataAccess)
	if cloud != entitlement.AWS {
		return hands && !info.Type.Changes()
	}
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
