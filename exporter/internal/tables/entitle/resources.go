package entitle

import (
	"cmp"
	"context"
	"slices"

	"github.com/leastward/leastward/exporter/internal/tables"
	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/internal/report"
)

// resources is the table of resources.
func resources() tables.Definition {
	fields := slices.Concat(resourceInfo(), ofSystem(func(r *resource) *system { return r.sys }), resourceNumbers())
	return tables.Definition{
		Name: "resources", Title: "Resources", Group: tables.Entitlements,
		Help: "Resources that collections read because they have policies of their own (buckets, keys, queues, security groups, …), and " +
			"those that events name; of Azure and Google Cloud all that the inventory has. Others are not known. Counted are users, roles, service " +
			"principals, managed identities and service accounts, but for what root users may do. Of each action of an identity 32 resources at " +
			"most are kept; an action that needs no resource, or whose event names none, is on none.",
		Columns: tables.Columns(fields),
		Filters: []api.TableFilter{
			tables.Complete("resource_type", "Type", "As the cloud's reference names it, with the service."),
			tables.Complete("service", "Service", ""),
			tables.Enum("severity", "Severity", "Counts actions of high severity only, or actions that delete; resources that nobody holds one of those on are left out.", false, "high", "delete"),
			yes("used", "Used", "Somebody used it within the look-back window."), yes("in_inventory", "Read", "A collection read it."),
			tables.Complete("resource", "Resource", ""), tables.Complete("owner", "Owner", ""),
			{Name: "identity", Title: "Identity", Help: "Unique id of who used it.", Kind: api.FilterText, Several: true},
		},
		Sort: []api.TableOrder{{By: "identities_accessed", Descending: true}, {By: "resource"}},
		Rows: func(_ context.Context, q *tables.Question) (*tables.Rows, error) {
			return tables.Of(everyResource(q), fields), nil
		},
	}
}

func resourceInfo() []tables.Field[resource] {
	t := func(name, title, help string, s func(*resource) string) tables.Field[resource] {
		return tables.Fill(tables.Text(name, title, help), func(r *resource) report.Cell { return report.Text(s(r)) })
	}
	return []tables.Field[resource]{
		t("resource", "Resource", "ARN, id of Azure Resource Manager, or full resource name.", func(r *resource) string { return string(r.id) }),
		t("name", "Name", "", (*resource).name),
		t("resource_type", "Type", "Such as s3:bucket, Microsoft.Storage/storageAccounts or storage.googleapis.com/Bucket; empty where the cloud's reference has no such ARN, or the id does not tell.", func(r *resource) string { return r.kind }),
		t("service", "Service", "", (*resource).service),
		t("owner", "Owner", "Team that answers for it.", (*resource).owner),
		t("in_inventory", "Read", "Whether a collection read it, and not only events name it.", func(r *resource) string {
			return tables.YesNo(r.read != nil || r.group != nil)
		}),
		t("tags", "Tags", "", func(r *resource) string { return tagText(r.tags()) }),
	}
}

func resourceNumbers() []tables.Field[resource] {
	count := func(name, title, unit, help string, n func(*resource) int) tables.Field[resource] {
		return tables.Fill(tables.Number(name, title, unit, help), func(r *resource) report.Cell { return report.Integer(n(r)) })
	}
	return []tables.Field[resource]{
		count("identities_with_access", "With access, at least", "identities",
			"Those that hold an action of the type on every resource of it, and those that used this one. Who holds one on this by name or pattern and did not use it is not counted: who_can tells.",
			(*resource).withAccess),
		count("identities_accessed", "Accessed by", "identities", "", func(r *resource) int { return r.counts.accessed }),
		count("actions_used", "Actions used", "actions", "", func(r *resource) int { return r.counts.actions }),
		count("uses", "Uses", "uses", "", func(r *resource) int { return int(r.counts.uses) }),
		count("denied", "Denied", "attempts", "", func(r *resource) int { return int(r.counts.denied) }),
		tables.Fill(tables.Time("last_used", "Last used", ""), func(r *resource) report.Cell { return report.Time(r.counts.last) }),
	}
}

func keepsResource(q *tables.Question, r *resource) bool {
	return q.Keeps("resource", string(r.id)) && q.Keeps("resource_type", r.kind) && q.Keeps("service", r.service()) &&
		q.Keeps("used", tables.YesNo(r.counts.accessed > 0)) && q.Keeps("in_inventory", tables.YesNo(r.read != nil || r.group != nil)) &&
		q.Keeps("owner", r.owner()) && (r.only == nil || !r.counts.none() || r.withAccess() > 0)
}

// owner is the team that a tag names, else the system's.
func (r *resource) owner() string {
	return cmp.Or(r.tags()[r.sys.q.Assessors.OwnerTag()], r.sys.System.Owner)
}
