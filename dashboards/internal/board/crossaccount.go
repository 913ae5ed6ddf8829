package board

import (
	"github.com/leastward/leastward/dashboards/internal/ask"
	"github.com/leastward/leastward/dashboards/internal/grafana"
	"github.com/leastward/leastward/dashboards/internal/panel"
)

// crossAccount is who can come in from outside, and who does.
func crossAccount() grafana.Dashboard {
	s := spec{
		uid: panel.CrossAccount, title: "Leastward / Cross-account access", tags: []string{"entitlements"}, from: "now-90d", refresh: "15m",
		help: "Who can enter from outside, and who really came. On AWS that is by roles: other accounts and identity providers, the roles that let them in, what those roles reach. " +
			"On Azure and Google Cloud outsiders hold grants themselves: guests, identities of other projects, federated ones. What is open to anybody is of all three.",
		variables: append(places(), column("role", "Role", "The AWS role whose way through the events is drawn.", "external_access", "role", "role_name")),
		rows: []row{
			{panels: crossHead()},
			{"What is open", crossOpen()},
			{"AWS: who can enter by assuming a role", crossRoles()},
			{"Who holds grants from outside", []grafana.Panel{outsiders("Guests, identities of others, federated ones", ask.Chosen(), grafana.Columns, 10)}},
			{"Who came", crossActivity()},
		},
	}
	return s.dashboard()
}

func crossHead() []grafana.Panel {
	list := []struct{ category, title, help string }{
		{"external_access", "AWS: outside accounts", "Outside accounts, or anybody, that can enter by assuming a role."},
		{"role_trusts_account", "AWS: roles that trust a whole account", "Roles that every identity of an outside account or identity provider may assume."},
		{"role_reaches_external", "AWS: roles that reach outside", "Roles that can assume roles of other accounts."},
		{"bucket_cross_account", "AWS: buckets open to other accounts", "Buckets that give access to named other accounts."},
		{"bucket_public", "Storage that is public", "Buckets, storage accounts and containers that are open to anybody, in any cloud."},
		{"bucket_object_acls", "Buckets subject to object ACLs", "Buckets of Google Cloud whose objects may be public by access lists of their own."},
		{"open_security_group", "Networks open to the internet", "Security groups and firewall rules that let in the whole internet, in any cloud."},
	}
	out := make([]grafana.Panel, 0, len(list)+1)
	for _, one := range list {
		out = append(out, panel.Stat(panel.Spec{
			Title: one.title, Help: one.help + " Click for the findings.", Unit: "none", W: 6, H: 3, Empty: "None", Steps: panel.Steps("green", 1, "orange"),
			Queries: panel.Ask(ask.Of("finding_counts", ask.Rows{Scope: ask.Chosen(), Filters: ask.Filters{"category": {one.category}}, Columns: "findings"})),
			Options: map[string]any{"reduceOptions": panel.Reduce("sum", "")},
			Links:   []grafana.Link{panel.ToCategory(one.category)},
		}))
	}
	return append(out, panel.Count(panel.Spec{
		Title: "Identities from outside", Unit: "none", W: 6, H: 3, Empty: "None", Steps: panel.Steps("green", 1, "orange"),
		Help:    "Guests, identities of other accounts and projects, and federated ones that hold grants. They stand below.",
		Queries: panel.Ask(ask.Of("identities", ask.Rows{Scope: ask.Chosen(), Filters: fromOutside(), Columns: "identity"})),
	}))
}

// fromOutside are the subtypes of those who are of another organization, account
// or project.
func fromOutside() ask.Filters { return ask.Filters{"subtype": {"guest", "cross_account", "saml"}} }

// outsiders are the identities that come from outside.
func outsiders(title string, scope *ask.Scope, width, height int) grafana.Panel {
	return panel.Table(panel.Spec{
		Hide: "identity system", Title: title, Unit: "none", W: width, H: height, Empty: "Nobody from outside holds anything",
		Help: "Guests of the directory, identities of other accounts and projects, and those that sign in by an identity provider, with what they hold; those with the highest index first.",
		Queries: panel.Ask(ask.Of("identities", ask.Rows{
			Scope: scope, Filters: fromOutside(), Columns: "pci name type subtype state granted unused_high last_active owner cloud system_name identity system", Sort: "-pci name", Limit: 500,
		})),
		Overrides: []grafana.Override{panel.ByName("subtype", panel.Subtypes())},
	})
}

func crossFindings(title, help string, columns string, categories ...string) grafana.Panel {
	return panel.Table(panel.Spec{
		Hide: "system finding identity", Title: title, Help: help, Unit: "none", W: 24, H: 8, Empty: "Nothing was found",
		Queries: panel.Ask(ask.Of("findings", ask.Rows{
			Scope: ask.Chosen(), Filters: ask.Filters{"category": categories},
			Columns: "title " + columns + " evidence response runbook first_seen cloud system_name system finding identity", Limit: 500,
		})),
		Overrides: []grafana.Override{
			panel.ByName("title", panel.LinksOf(panel.ToFinding("${__data.fields.finding:percentencode}")), panel.Width(220)),
			panel.ByName("evidence", panel.Width(300)),
		},
	})
}

func crossOpen() []grafana.Panel {
	return []grafana.Panel{crossFindings("Open storage and networks", "Buckets, storage accounts, security groups and firewall rules that are open, with evidence and the playbook that answers it.",
		"resource type", "bucket_public", "bucket_object_acls", "bucket_cross_account", "open_security_group")}
}

func crossRoles() []grafana.Panel {
	return []grafana.Panel{
		panel.Table(panel.Spec{
			Hide: "from role system", Title: "Access from outside", Unit: "none", W: 12, H: 10, Empty: "Nobody outside can enter by a role",
			Help:    "Outside accounts and identity providers, the AWS roles that they may assume, and how. Of an account that is collected too, how many of its identities may.",
			Queries: panel.Ask(ask.Of("external_access", ask.Rows{Scope: ask.Chosen(), Columns: "from_name role_name method trusts_all identities conditional band system_name from role system", Limit: 500})),
		}),
		panel.Table(panel.Spec{
			Hide: "role system", Title: "Roles and who may assume them", Unit: "none", W: 12, H: 10, Empty: "There are no roles that anybody may assume",
			Help:    "The AWS role policy audit: each role with whom its trust policy lets in.",
			Queries: panel.Ask(ask.Of("assumable_roles", ask.Rows{Scope: ask.Chosen(), Columns: "role_name pci by_name by_kind how via conditional system_name role system", Limit: 1000})),
		}),
		crossFindings("Findings about roles", "Outside accounts, roles that trust whole accounts, roles that reach other accounts, with evidence and the playbook that answers it.",
			"name", "external_access", "role_trusts_account", "role_reaches_external"),
	}
}

// takenOn are the calls by which one goes on as another identity: a role of AWS,
// or a service account of Google Cloud, whose permissions tokens and signatures
// are made by.
//
// https://cloud.google.com/iam/docs/service-account-impersonation
const takenOn = "action:(sts:AssumeRole, sts:AssumeRoleWithSAML, sts:AssumeRoleWithWebIdentity, " +
	"iam.serviceAccounts.getAccessToken, iam.serviceAccounts.getOpenIdToken, iam.serviceAccounts.signBlob, iam.serviceAccounts.signJwt, iam.serviceAccounts.implicitDelegation) " +
	"by_service:false"

func crossActivity() []grafana.Panel {
	return []grafana.Panel{
		panel.Stacked(panel.Spec{
			Title: "Roles and service accounts that were taken on", Unit: "short", W: 8, H: 9, Empty: "No role or service account was taken on in the range",
			Help:    "Calls that began sessions of AWS roles, or made tokens and signatures of Google Cloud's service accounts, by outcome.",
			Queries: panel.Ask(ask.Audit(ask.Series, takenOn+" | series by outcome", ask.Chosen())), Overrides: outcomes(),
		}),
		panel.Table(panel.Spec{
			Title: "Who took on what", Unit: "none", W: 16, H: 9, Empty: "No role or service account was taken on in the range",
			Help:    "Callers and the roles and service accounts that they went on as, how often, from how many addresses, last when. A refused call is a door that somebody tried.",
			Queries: panel.Ask(ask.Audit(ask.Groups, takenOn+" | count, unique(address), last by username, identity, resource, outcome | limit 500", ask.Chosen())), Overrides: eventColumns(),
		}),
		panel.Graph(panel.Spec{
			Title: "Path of the role", Unit: "none", W: 24, H: 14, Empty: "The role was not used in the range",
			Help:    "Who came into the role that is chosen above, from where, and what they went on to.",
			Queries: panel.Ask(ask.Trace("$role", nil)),
		}),
	}
}
