package trace

import "strings"

// tabled returns the kind of a call by its service and name, "" where the
// catalogue decides. The lists follow the techniques of MITRE ATT&CK for IaaS,
// https://attack.mitre.org/matrices/enterprise/cloud/iaas/: valid accounts
// (T1078), account manipulation (T1098), create account (T1136), cloud
// administration command (T1651), impair defences (T1562), indicator removal
// (T1070), transfer to another account (T1537).
func tabled(service, name string) Kind {
	for _, row := range [...]struct {
		kind Kind
		find func(service, name string) bool
	}{
		{SignedIn, signsIn},
		{AssumedRole, issuesSession},
		{CreatedCredential, createsCredential},
		{CreatedIdentity, createsIdentity},
		{WeakenedDefences, weakens},
		{SharedResource, shares},
		{ChangedPolicy, changesPolicy},
		{RanCode, runsCode},
		{Removed, removes},
	} {
		if row.find(service, name) {
			return row.kind
		}
	}
	return ""
}

// in reports whether a name is one of a list, words apart by spaces.
func in(list, name string) bool {
	for word := range strings.FieldsSeq(list) {
		if word == name {
			return true
		}
	}
	return false
}

func signsIn(service, name string) bool {
	return service == "signin" && in("ConsoleLogin SwitchRole ExitRole UserAuthentication", name) ||
		service == "sso" && in("Authenticate Federate UserAuthentication", name)
}

// issuesSession: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_request.html
func issuesSession(service, name string) bool {
	switch service {
	case "sts":
		return in("AssumeRole AssumeRoleWithSAML AssumeRoleWithWebIdentity AssumeRoot GetSessionToken GetFederationToken", name)
	case "rolesanywhere":
		return name == "CreateSession"
	case "sso":
		return name == "GetRoleCredentials"
	case "cognito-identity":
		return name == "GetCredentialsForIdentity"
	}
	return false
}

func createsCredential(service, name string) bool {
	switch service {
	case "iam":
		return in(`CreateAccessKey UpdateAccessKey CreateLoginProfile UpdateLoginProfile ChangePassword
			CreateServiceSpecificCredential ResetServiceSpecificCredential UploadSSHPublicKey UploadSigningCertificate
			CreateVirtualMFADevice EnableMFADevice CreateSAMLProvider UpdateSAMLProvider CreateOpenIDConnectProvider
			AddClientIDToOpenIDConnectProvider UpdateOpenIDConnectProviderThumbprint`, name)
	case "ec2":
		return in("GetPasswordData CreateKeyPair ImportKeyPair", name)
	case "rolesanywhere":
		return in("CreateTrustAnchor UpdateTrustAnchor EnableTrustAnchor ImportCrl", name)
	}
	return false
}

func createsIdentity(service, name string) bool {
	return service == "iam" && in("CreateUser CreateRole CreateServiceLinkedRole CreateGroup", name) ||
		service == "sso-directory" && in("CreateUser AddMemberToGroup", name) ||
		service == "identitystore" && in("CreateUser CreateGroupMembership", name)
}

// weakens lists calls that switch off, shorten or blind what records and watches
// (T1562.001, .007, .008; T1070), or that take an account out of an
// organisation's control.
func weakens(service, name string) bool {
	switch service {
	case "cloudtrail":
		return in(`StopLogging DeleteTrail UpdateTrail PutEventSelectors PutInsightSelectors
			DeleteEventDataStore StopEventDataStoreIngestion UpdateEventDataStore`, name)
	case "guardduty":
		return in(`DeleteDetector UpdateDetector DeleteMembers DisassociateMembers DisassociateFromMasterAccount
			DisassociateFromAdministratorAccount StopMonitoringMembers CreateFilter UpdateFilter CreateIPSet UpdateIPSet
			CreateTrustedEntitySet UpdateTrustedEntitySet DeleteThreatIntelSet DeletePublishingDestination ArchiveFindings`, name)
	case "config":
		return in(`StopConfigurationRecorder DeleteConfigurationRecorder PutConfigurationRecorder DeleteDeliveryChannel
			DeleteConfigRule DeleteConformancePack DeleteConfigurationAggregator DeleteRetentionConfiguration`, name)
	case "ec2":
		return in("DeleteFlowLogs DisableEbsEncryptionByDefault DeleteTrafficMirrorSession", name)
	case "s3":
		return in(`PutBucketLifecycle PutBucketLogging PutBucketPublicAccessBlock DeleteBucketPublicAccessBlock
			PutAccountPublicAccessBlock DeleteAccountPublicAccessBlock DeleteBucketEncryption PutBucketVersioning`, name)
	case "iam":
		return in(`DeactivateMFADevice DeleteVirtualMFADevice UpdateAccountPasswordPolicy DeleteAccountPasswordPolicy
			DeleteUserPermissionsBoundary DeleteRolePermissionsBoundary`, name)
	}
	return weakensOther(service, name)
}

func weakensOther(service, name string) bool {
	switch service {
	case "logs":
		return in(`DeleteLogGroup DeleteLogStream DeleteSubscriptionFilter DeleteMetricFilter PutRetentionPolicy
			DeleteDestination`, name)
	case "monitoring":
		return in("DeleteAlarms DisableAlarmActions SetAlarmState", name)
	case "events":
		return in("DisableRule DeleteRule RemoveTargets", name)
	case "securityhub":
		return in("DisableSecurityHub BatchDisableStandards DisassociateMembers DeleteMembers UpdateStandardsControl BatchUpdateFindings", name)
	case "access-analyzer":
		return in("DeleteAnalyzer CreateArchiveRule", name)
	case "inspector2":
		return in("Disable DisassociateMember", name)
	case "macie2":
		return in("DisableMacie DisassociateMember DeleteMember", name)
	case "detective":
		return in("DeleteGraph DeleteMembers", name)
	case "organizations":
		return in("LeaveOrganization RemoveAccountFromOrganization DisablePolicyType DetachPolicy DeletePolicy DisableAWSServiceAccess", name)
	case "wafv2", "waf", "waf-regional":
		return in("DeleteWebACL DisassociateWebACL DeleteLoggingConfiguration DeleteRuleGroup DeleteRule", name)
	case "network-firewall":
		return in("DeleteFirewall DeleteFirewallPolicy DeleteRuleGroup UpdateLoggingConfiguration", name)
	case "route53resolver":
		return in("DeleteResolverQueryLogConfig DisassociateResolverQueryLogConfig", name)
	case "kms":
		return in("DisableKey DisableKeyRotation", name)
	case "ssm":
		return name == "UpdateServiceSetting"
	}
	return false
}

// shares lists calls that open something to other accounts or networks without a
// policy document.
func shares(service, name string) bool {
	switch service {
	case "ec2":
		return in(`ModifySnapshotAttribute ModifyImageAttribute ModifyFpgaImageAttribute AuthorizeSecurityGroupIngress
			ModifyVpcEndpointServicePermissions AcceptVpcPeeringConnection CreateVpcPeeringConnection
			DisableSnapshotBlockPublicAccess DisableImageBlockPublicAccess`, name)
	case "rds":
		return in("ModifyDBSnapshotAttribute ModifyDBClusterSnapshotAttribute StartExportTask AuthorizeDBSecurityGroupIngress", name)
	case "s3":
		return in("PutBucketAcl PutObjectAcl PutBucketReplication PutBucketWebsite PutBucketCors", name)
	case "ram":
		return in("CreateResourceShare AssociateResourceShare", name)
	case "ssm":
		return name == "ModifyDocumentPermission"
	case "redshift":
		return in("AuthorizeSnapshotAccess AuthorizeClusterSecurityGroupIngress", name)
	}
	return false
}

// changesPolicy names the calls of IAM; what other services have is known by the
// catalogue's access level, permissions management.
func changesPolicy(service, name string) bool {
	return service == "iam" && in(`PutUserPolicy PutRolePolicy PutGroupPolicy DeleteUserPolicy DeleteRolePolicy
		DeleteGroupPolicy AttachUserPolicy AttachRolePolicy AttachGroupPolicy DetachUserPolicy DetachRolePolicy
		DetachGroupPolicy CreatePolicy DeletePolicy CreatePolicyVersion DeletePolicyVersion SetDefaultPolicyVersion
		UpdateAssumeRolePolicy AddUserToGroup RemoveUserFromGroup PutUserPermissionsBoundary PutRolePermissionsBoundary`, name)
}

// runsCode lists calls that make a machine or function do what the caller says
// (T1651, T1648).
func runsCode(service, name string) bool {
	switch service {
	case "ssm":
		return in("SendCommand StartSession ResumeSession StartAutomationExecution CreateAssociation", name)
	case "ec2-instance-connect":
		return in("SendSSHPublicKey SendSerialConsoleSSHPublicKey OpenTunnel", name)
	case "lambda":
		return in("UpdateFunctionCode PublishLayerVersion CreateEventSourceMapping", name)
	case "ecs":
		return name == "ExecuteCommand"
	case "glue":
		return name == "UpdateDevEndpoint"
	}
	return false
}

func removes(service, name string) bool {
	return service == "iam" && in(`DeleteUser DeleteRole DeleteGroup DeleteAccessKey DeleteLoginProfile DeleteSSHPublicKey
		DeleteServiceSpecificCredential DeleteSigningCertificate DeleteSAMLProvider DeleteOpenIDConnectProvider
		DeleteServiceLinkedRole`, name) ||
		service == "rolesanywhere" && in("DeleteTrustAnchor DeleteProfile", name)
}
