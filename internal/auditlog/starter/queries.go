package starter

import (
	"slices"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/auditlog/query"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/state"
)

// Queries returns the six system queries. They are read-only; people duplicate
// them and fit the copies to their organisation.
func Queries() []state.Definition {
	return []state.Definition{criticalResources(), privilegedAccounts(), highRisk(), failures(), accessKeys(), remediation()}
}

const interpretation = "This is our interpretation of the guide's query of that title. "

func define(id, title, description string, q query.Query) state.Definition {
	return state.Definition{ID: id, Name: title, Description: interpretation + description, Query: q}
}

func criticalResources() state.Definition {
	return define("q1", "Review access to critical resources",
		"It shows, of the last 30 days, what was done to resources that carry the tag critical, to keys, secrets and parameters, "+
			"and the calls that read secrets, open data to others, or switch off what watches. "+
			"To fit it, duplicate it and name your critical resources: resource matches arn:aws:s3:::payments-*, or tag them critical.",
		query.Query{Range: month(), Where: new(critical())})
}

// critical are the calls that concern critical resources on any account.
func critical() query.Node {
	return anyOf(
		matches(query.ResourceTag, "critical"),
		in(query.ResourceType, "AWS::KMS::Key", "AWS::SecretsManager::Secret", "AWS::SSM::Parameter",
			"secretmanager.googleapis.com/Secret", "secretmanager.googleapis.com/SecretVersion", "cloudkms.googleapis.com/CryptoKey"),
		matches(query.ResourceType, "Microsoft.KeyVault/vaults*"),
		in(query.Action, criticalActions()...),
	)
}

func criticalActions() []string {
	return slices.Concat(criticalOnAWS(), criticalOnAzure(), criticalOnGCP())
}

func criticalOnAzure() []string {
	return []string{
		"Microsoft.KeyVault/vaults/secrets/getSecret/action", "Microsoft.KeyVault/vaults/accessPolicies/write", "Microsoft.KeyVault/vaults/delete",
		"Microsoft.Storage/storageAccounts/listKeys/action", "Microsoft.Storage/storageAccounts/regeneratekey/action", "Microsoft.Storage/storageAccounts/delete",
		"Microsoft.Compute/disks/beginGetAccess/action", "Microsoft.Compute/snapshots/beginGetAccess/action",
		"Microsoft.Sql/servers/databases/delete", "Microsoft.Authorization/elevateAccess/Action", "Microsoft.Authorization/locks/delete",
		"Microsoft.Insights/DiagnosticSettings/Delete", "Microsoft.Security/pricings/write",
	}
}

func criticalOnGCP() []string {
	return []string{
		"secretmanager.versions.access", "secretmanager.secrets.setIamPolicy", "secretmanager.secrets.delete",
		"cloudkms.cryptoKeys.setIamPolicy", "cloudkms.cryptoKeyVersions.destroy", "storage.buckets.setIamPolicy", "storage.buckets.delete",
		"compute.snapshots.setIamPolicy", "compute.images.setIamPolicy", "cloudsql.instances.delete", "bigquery.datasets.delete",
		"resourcemanager.projects.setIamPolicy", "iam.serviceAccountKeys.create", "logging.sinks.delete", "logging.sinks.update",
	}
}

func criticalOnAWS() []string {
	return []string{
		"secretsmanager:GetSecretValue", "secretsmanager:BatchGetSecretValue", "secretsmanager:PutResourcePolicy", "secretsmanager:DeleteSecret",
		"ssm:GetParameter", "ssm:GetParameters", "ssm:GetParametersByPath",
		"kms:PutKeyPolicy", "kms:CreateGrant", "kms:DisableKey", "kms:ScheduleKeyDeletion",
		"s3:PutBucketPolicy", "s3:DeleteBucketPolicy", "s3:PutBucketAcl", "s3:PutBucketPublicAccessBlock", "s3:PutAccountPublicAccessBlock", "s3:DeleteBucket",
		"rds:ModifyDBSnapshotAttribute", "rds:DeleteDBInstance", "rds:DeleteDBCluster", "ec2:ModifySnapshotAttribute", "dynamodb:DeleteTable",
		"cloudtrail:StopLogging", "cloudtrail:DeleteTrail", "cloudtrail:UpdateTrail", "cloudtrail:PutEventSelectors",
		"config:StopConfigurationRecorder", "config:DeleteConfigurationRecorder", "guardduty:DeleteDetector", "guardduty:UpdateDetector",
		"organizations:LeaveOrganization",
	}
}

func privilegedAccounts() state.Definition {
	return define("q2", "Review administrator and privileged account activity",
		"It shows, of the last 30 days, what root users did, and identities whose name or role says administrator, power user, root or emergency access. "+
			"To fit it, duplicate it and name your administrators: username in (ana, ben) or role in (Operations).",
		query.Query{Range: month(), Where: new(all(
			anyOf(
				is(query.IdentityType, "Root"),
				matches(query.Username, privilegedNames()...),
				matches(query.Role, privilegedNames()...),
			),
			is(query.ByService, "false"),
		))})
}

func privilegedNames() []string {
	return []string{"*admin*", "*poweruser*", "*power-user*", "root", "*superuser*", "*break*glass*", "*emergency*", "OrganizationAccountAccessRole", "AWSControlTowerExecution"}
}

func highRisk() state.Definition {
	return define("q3", "Review high-risk permissions usage",
		"It shows, of the last 30 days, who used high-risk permissions: those by which one can leak data, disrupt a service or change who may do what, as the catalogue of actions rates them. "+
			"Each row is one identity and permission with how often, from how many addresses, first and last. "+
			"To fit it, duplicate it and add conditions, such as type is permissions or outcome is success.",
		query.Query{
			Range: month(), Where: new(is(query.Severity, "high")),
			Group: &query.Group{By: []query.Field{query.System, query.Identity, query.Action}, Aggregates: overview()},
			Limit: 1000,
		})
}

func overview() []query.Aggregate {
	return []query.Aggregate{
		{Function: query.Count}, {Function: query.Unique, Field: query.Address}, {Function: query.First}, {Function: query.Last},
	}
}

func failures() state.Definition {
	return define("q4", "Review authorization failures",
		"It shows, of the last 30 days, the calls that were refused for want of a permission. "+
			"To fit it, duplicate it and leave out what is known: not username in (scanner).",
		query.Query{Range: month(), Where: new(is(query.Outcome, string(auditlog.AuthorizationFailure)))})
}

func accessKeys() state.Definition {
	return define("q5", "Review access key usage",
		"It shows, of the last 30 days, which long-lived keys were used, by whom, how often, from how many addresses, first and last: access keys of AWS, keys of service accounts, "+
			"secrets and certificates of applications; those of AWS's sessions, which begin with ASIA, are left out. "+
			"To fit it, duplicate it and name the keys: access_key in (AKIA…).",
		query.Query{
			Range: month(), Where: new(all(exists(query.AccessKey), notMatches(query.AccessKey, "ASIA*"))),
			Group: &query.Group{By: []query.Field{query.System, query.AccessKey, query.Identity}, Aggregates: overview()},
			Limit: 1000,
		})
}

func remediation() state.Definition {
	return define("q6", "Review Permissions Management remediation activity",
		"It shows, of the last 30 days, what the remediator planned, what was approved or denied, and what it changed or rolled back, from the suite's own log (the cloud Platform). "+
			"To fit it, duplicate it and leave out the steps that don't matter to you.",
		query.Query{
			Range: month(), Clouds: []entitlement.Cloud{entitlement.Platform},
			Where: new(in(query.Action, remediationActions()...)),
		})
}

func remediationActions() []string {
	return []string{
		"leastward:ReceiveAlert", "leastward:CheckEvidence", "leastward:MakePlan", "leastward:DiscardPlan", "leastward:ReplayUsage", "leastward:CheckCaps",
		"leastward:ApprovePlan", "leastward:DenyPlan", "leastward:ExpireApproval", "leastward:TakeSnapshot", "leastward:ApplyStep", "leastward:VerifyChange",
		"leastward:WatchIdentity", "leastward:RollBack", "leastward:RollBackStep", "leastward:VerifyRollBack", "leastward:EndRun",
	}
}
