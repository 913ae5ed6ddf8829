package starter

import (
	"github.com/leastward/leastward/internal/alert"
	"github.com/leastward/leastward/internal/auditlog/query"
	"github.com/leastward/leastward/internal/auditlog/trigger"
	"github.com/leastward/leastward/internal/entitlement"
)

// The permissions are those of https://cloud.google.com/sql/docs/mysql/iam-permissions.
func onGCP() []trigger.Definition {
	return []trigger.Definition{
		{
			Name: "a10-cloud-sql-created", Title: "Creation of Cloud SQL databases", Severity: alert.Info, Clouds: clouds(entitlement.GCP),
			Where:       where(all(in(query.Action, "cloudsql.instances.create", "cloudsql.databases.create"), is(query.Outcome, "success"))),
			Description: "A Cloud SQL instance or database was created.",
			Why:         "A new type of resource holds data that nobody watches yet.",
			Response:    "Find its owner and have it classified; delete it if nobody wants it.",
		},
		{
			Name: "a11-service-account-key-refused", Title: "Authorization failures for service-account keys", Severity: alert.Warning, Clouds: clouds(entitlement.GCP),
			Where:       where(all(matches(query.AccessKey, "$keys"), is(query.Outcome, "authorization_failure"))),
			Parameters:  []trigger.Parameter{parameter("keys", "Names of service-account keys to watch, or patterns of them.", "*")},
			Description: "A call that a service account's key signed was refused.",
			Why:         "A program has lost a permission and is disrupted, or somebody who has found the key tries what it may do.",
			Response:    "Ask the service account's owner. Give the permission back, or disable the key and trace what it did.",
		},
	}
}
