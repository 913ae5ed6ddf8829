package starter_test

import (
	"regexp"
	"slices"
	"strings"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/entitlement"
)

// What the queries and triggers are to find, said once more in plain Go over
// the events themselves.

type predicate func(*auditlog.Event) bool

func does(e *auditlog.Event, expr string) bool {
	re := regexp.MustCompile(`(?i)^(` + expr + `)$`)
	return slices.ContainsFunc(e.Actions, func(a entitlement.Action) bool { return re.MatchString(string(a)) })
}

// roleOf is the name of the role that acts, "" if none does.
func roleOf(e *auditlog.Event) string {
	_, after, found := strings.Cut(string(e.Identity), ":role/")
	if !found {
		return ""
	}
	return after[strings.LastIndexByte(after, '/')+1:]
}

func called(e *auditlog.Event, expr string) bool {
	re := regexp.MustCompile(`(?i)` + expr)
	return e.IdentityName != "" && re.MatchString(e.IdentityName) || roleOf(e) != "" && re.MatchString(roleOf(e))
}

func critical(e *auditlog.Event) bool {
	for _, r := range e.Resources {
		switch {
		case r.ID == "arn:aws:s3:::tagged", r.Type == "AWS::KMS::Key", r.Type == "AWS::SecretsManager::Secret", r.Type == "AWS::SSM::Parameter":
			return true
		case strings.HasPrefix(r.Type, "Microsoft.KeyVault/vaults"), r.Type == "cloudkms.googleapis.com/CryptoKey",
			r.Type == "secretmanager.googleapis.com/Secret", r.Type == "secretmanager.googleapis.com/SecretVersion":
			return true
		}
	}
	if criticalElsewhere(e) {
		return true
	}
	return does(e, `secretsmanager:(GetSecretValue|BatchGetSecretValue|PutResourcePolicy|DeleteSecret)|ssm:GetParameters?|ssm:GetParametersByPath|`+
		`kms:(PutKeyPolicy|CreateGrant|DisableKey|ScheduleKeyDeletion)|s3:(PutBucketPolicy|DeleteBucketPolicy|PutBucketAcl|PutBucketPublicAccessBlock|PutAccountPublicAccessBlock|DeleteBucket)|`+
		`rds:(ModifyDBSnapshotAttribute|DeleteDBInstance|DeleteDBCluster)|ec2:ModifySnapshotAttribute|dynamodb:DeleteTable|`+
		`cloudtrail:(StopLogging|DeleteTrail|UpdateTrail|PutEventSelectors)|config:(Stop|Delete)ConfigurationRecorder|guardduty:(Delete|Update)Detector|organizations:LeaveOrganization`)
}

func criticalElsewhere(e *auditlog.Event) bool {
	return does(e, `Microsoft.KeyVault/vaults/(secrets/getSecret/action|accessPolicies/write|delete)|Microsoft.Storage/storageAccounts/(listKeys/action|regenerateKey/action|delete)|`+
		`Microsoft.Compute/(disks|snapshots)/beginGetAccess/action|Microsoft.Sql/servers/databases/delete|Microsoft.Authorization/(elevateAccess/action|locks/delete)|`+
		`Microsoft.Insights/DiagnosticSettings/Delete|Microsoft.Security/pricings/write|`+
		`secretmanager\.(versions\.access|secrets\.(setIamPolicy|delete))|cloudkms\.(cryptoKeys\.setIamPolicy|cryptoKeyVersions\.destroy)|storage\.buckets\.(setIamPolicy|delete)|`+
		`compute\.(snapshots|images)\.setIamPolicy|cloudsql\.instances\.delete|bigquery\.datasets\.delete|resourcemanager\.projects\.setIamPolicy|iam\.serviceAccountKeys\.create|`+
		`logging\.sinks\.(delete|update)`)
}

// high tells whether the gravest action is of high severity.
func high(e *auditlog.Event) bool {
	rank := map[catalog.ActionType]int{catalog.Read: 0, catalog.List: 0, catalog.Write: 1, catalog.Tagging: 1, catalog.Delete: 2, catalog.Permissions: 3}
	best, severe := -1, false
	for _, a := range e.Actions {
		cat := catalog.Of(catalog.CloudOf(a))
		i, ok := cat.Index(a)
		if !ok {
			continue
		}
		info := cat.Info(i)
		if r := rank[info.Type]; r > best || r == best && info.Severity == catalog.High {
			best, severe = r, info.Severity == catalog.High
		}
	}
	return severe
}

func queries() map[string]predicate {
	return map[string]predicate{
		"q1": critical,
		"q2": func(e *auditlog.Event) bool {
			return !e.ByService && (e.IdentityType == "Root" || called(e, `admin|power-?user|^root$|superuser|break.*glass|emergency|^OrganizationAccountAccessRole$|^AWSControlTowerExecution$`))
		},
		"q3": high,
		"q4": func(e *auditlog.Event) bool { return e.Outcome == auditlog.AuthorizationFailure },
		"q5": func(e *auditlog.Event) bool {
			return e.AccessKey != "" && !strings.HasPrefix(string(e.AccessKey), "ASIA")
		},
		"q6": func(e *auditlog.Event) bool {
			return e.Cloud == entitlement.Platform && does(e, `leastward:(ReceiveAlert|CheckEvidence|MakePlan|DiscardPlan|ReplayUsage|CheckCaps|ApprovePlan|DenyPlan|ExpireApproval|`+
				`TakeSnapshot|ApplyStep|VerifyChange|WatchIdentity|RollBack|RollBackStep|VerifyRollBack|EndRun)`)
		},
	}
}

func triggers() map[string]predicate {
	const ok, no = auditlog.Success, auditlog.AuthorizationFailure
	on := func(c entitlement.Cloud, f predicate) predicate {
		return func(e *auditlog.Event) bool { return e.Cloud == c && f(e) }
	}
	return map[string]predicate{
		"a1-emergency-access":   func(e *auditlog.Event) bool { return called(e, `break.*glass|emergency|firecall`) },
		"a2-critical-resources": critical,
		"a3-direct-role-assignment": on(entitlement.Azure, func(e *auditlog.Event) bool {
			return does(e, `Microsoft.Authorization/roleAssignments/write`) && e.Outcome == ok && e.IdentityName != "MS-PIM" && e.IdentityName != "01fc33a7-78ba-4d2f-a4b7-768e336e890e"
		}),
		"a4-vm-power": on(entitlement.Azure, func(e *auditlog.Event) bool {
			return does(e, `Microsoft.Compute/virtualMachines/(deallocate|powerOff|restart)/action`)
		}),
		"a5-managed-identity": on(entitlement.Azure, func(e *auditlog.Event) bool { return e.IdentityType == "ManagedIdentity" }),
		"a6-root-user":        on(entitlement.AWS, func(e *auditlog.Event) bool { return e.IdentityType == "Root" && e.InvokedBy == "" && !e.ByService }),
		"a7-user-created": on(entitlement.AWS, func(e *auditlog.Event) bool {
			return does(e, `iam:CreateUser`) && e.Outcome == ok && roleOf(e) != "ITAdmins"
		}),
		"a8-object-download-refused": on(entitlement.AWS, func(e *auditlog.Event) bool { return does(e, `s3:GetObject`) && e.Outcome == no }),
		"a9-access-key-refused":      on(entitlement.AWS, func(e *auditlog.Event) bool { return strings.HasPrefix(string(e.AccessKey), "AKIA") && e.Outcome == no }),
		"a10-cloud-sql-created": on(entitlement.GCP, func(e *auditlog.Event) bool {
			return does(e, `cloudsql\.(instances|databases)\.create`) && e.Outcome == ok
		}),
		"a11-service-account-key-refused": on(entitlement.GCP, func(e *auditlog.Event) bool { return e.AccessKey != "" && e.Outcome == no }),
		"a12-permission-assignment": func(e *auditlog.Event) bool {
			return !e.ByService && e.Outcome == ok && does(e, `iam:(Attach(User|Group|Role)Policy|Put(User|Group|Role)Policy|AddUserToGroup|CreatePolicyVersion|SetDefaultPolicyVersion|UpdateAssumeRolePolicy|`+
				`(Delete|Put)(User|Role)PermissionsBoundary)|sso:(CreateAccountAssignment|PutInlinePolicyToPermissionSet|Attach(Managed|CustomerManaged)Policy(Reference)?ToPermissionSet)|`+
				`sso:(Put|Delete)PermissionsBoundary(To|From)PermissionSet|sso-directory:AddMemberToGroup|organizations:(DetachPolicy|UpdatePolicy|PutResourcePolicy|RegisterDelegatedAdministrator)|eks:(CreateAccessEntry|AssociateAccessPolicy)|`+
				`lakeformation:GrantPermissions|s3:(Put(BucketPolicy|BucketAcl|Object(Version)?Acl|AccessPointPolicy(ForObjectLambda)?|MultiRegionAccessPointPolicy|AccessGrantsInstanceResourcePolicy)|CreateAccessGrant)|kms:(PutKeyPolicy|CreateGrant)|(lambda|sns|sqs):AddPermission|secretsmanager:PutResourcePolicy|ecr:SetRepositoryPolicy|`+
				`identitystore:CreateGroupMembership|Microsoft.Authorization/(role(Assignments|Definitions)/write|elevateAccess/action|classicAdministrators/write)|.*\.setIamPolicy|iam\.roles\.(update|create)`)
		},
		"a13-given-resources": on(entitlement.Azure, func(e *auditlog.Event) bool {
			return slices.ContainsFunc(e.Resources, func(r auditlog.Resource) bool { return strings.Contains(string(r.ID), "/payments/") })
		}),
	}
}
