package trace

import "strings"

// row lists calls of a service by the name that CloudTrail records, without the
// version of an API behind it; names are apart by spaces.
type row struct {
	kind           Kind
	service, names string
}

// rows returns the calls that are known by name; the catalogue decides of all
// others. The lists follow the techniques of MITRE ATT&CK for IaaS,
// https://attack.mitre.org/matrices/enterprise/cloud/iaas/.
func rows() []row {
	var all []row
	for _, part := range [][]row{signIns(), credentials(), defences(), access(), code()} {
		all = append(all, part...)
	}
	return all
}

// tabled finds the kind of a call by its service and name.
func tabled() map[[2]string]Kind {
	table := map[[2]string]Kind{}
	for _, r := range rows() {
		for name := range strings.FieldsSeq(r.names) {
			table[[2]string{r.service, name}] = r.kind
		}
	}
	return table
}

// signIns begin sessions of people in the console and in IAM Identity Center.
func signIns() []row {
	return []row{
		{SignedIn, "signin", "ConsoleLogin SwitchRole ExitRole UserAuthentication"},
		{SignedIn, "sso", "Authenticate Federate UserAuthentication"},
	}
}

// credentials make and remove credentials and identities (T1078, T1098, T1136):
// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_request.html.
func credentials() []row {
	return []row{
		{AssumedRole, "sts", `AssumeRole AssumeRoleWithSAML AssumeRoleWithWebIdentity AssumeRoot GetSessionToken
			GetFederationToken`},
		{AssumedRole, "rolesanywhere", "CreateSession"},
		{AssumedRole, "sso", "GetRoleCredentials"},
		{AssumedRole, "cognito-identity", "GetCredentialsForIdentity"},
		{CreatedCredential, "iam", `CreateAccessKey UpdateAccessKey CreateLoginProfile UpdateLoginProfile ChangePassword
			CreateServiceSpecificCredential ResetServiceSpecificCredential UploadSSHPublicKey
			UploadSigningCertificate CreateVirtualMFADevice EnableMFADevice CreateSAMLProvider
			UpdateSAMLProvider CreateOpenIDConnectProvider AddClientIDToOpenIDConnectProvider
			UpdateOpenIDConnectProviderThumbprint`},
		{CreatedCredential, "ec2", "GetPasswordData CreateKeyPair ImportKeyPair"},
		{CreatedCredential, "lightsail", "CreateBucketAccessKey"},
		{CreatedCredential, "rolesanywhere", "CreateTrustAnchor UpdateTrustAnchor EnableTrustAnchor ImportCrl"},
		{CreatedIdentity, "iam", "CreateUser CreateRole CreateServiceLinkedRole CreateGroup"},
		{CreatedIdentity, "sso-directory", "CreateUser AddMemberToGroup"},
		{CreatedIdentity, "identitystore", "CreateUser CreateGroupMembership"},
		{Removed, "iam", `DeleteUser DeleteRole DeleteGroup DeleteAccessKey DeleteLoginProfile DeleteSSHPublicKey
			DeleteServiceSpecificCredential DeleteSigningCertificate DeleteSAMLProvider
			DeleteOpenIDConnectProvider DeleteServiceLinkedRole`},
		{Removed, "rolesanywhere", "DeleteTrustAnchor DeleteProfile"},
	}
}

// defences switch off, shorten or blind what records and watches (T1562.001, .007, .008;
// T1070), or take an account out of the control of an organisation.
func defences() []row {
	return []row{
		{WeakenedDefences, "cloudtrail", `StopLogging DeleteTrail UpdateTrail PutEventSelectors PutInsightSelectors DeleteEventDataStore
			StopEventDataStoreIngestion UpdateEventDataStore`},
		{WeakenedDefences, "guardduty", `DeleteDetector UpdateDetector DeleteMembers DisassociateMembers DisassociateFromMasterAccount
			DisassociateFromAdministratorAccount StopMonitoringMembers CreateFilter UpdateFilter CreateIPSet
			UpdateIPSet CreateTrustedEntitySet UpdateTrustedEntitySet DeleteThreatIntelSet
			DeletePublishingDestination ArchiveFindings`},
		{WeakenedDefences, "config", `StopConfigurationRecorder DeleteConfigurationRecorder PutConfigurationRecorder DeleteDeliveryChannel
			DeleteConfigRule DeleteConformancePack DeleteConfigurationAggregator DeleteRetentionConfiguration`},
		{WeakenedDefences, "ec2", "DeleteFlowLogs DisableEbsEncryptionByDefault DeleteTrafficMirrorSession"},
		{WeakenedDefences, "s3", `PutBucketLifecycle PutBucketLogging PutBucketPublicAccessBlock DeleteBucketPublicAccessBlock
			PutAccountPublicAccessBlock DeleteAccountPublicAccessBlock DeleteBucketEncryption
			PutBucketVersioning`},
		{WeakenedDefences, "iam", `DeactivateMFADevice DeleteVirtualMFADevice UpdateAccountPasswordPolicy DeleteAccountPasswordPolicy
			DeleteUserPermissionsBoundary DeleteRolePermissionsBoundary`},
		{WeakenedDefences, "logs", `DeleteLogGroup DeleteLogStream DeleteSubscriptionFilter DeleteMetricFilter PutRetentionPolicy
			DeleteDestination`},
		{WeakenedDefences, "monitoring", "DeleteAlarms DisableAlarmActions SetAlarmState"},
		{WeakenedDefences, "events", "DisableRule DeleteRule RemoveTargets"},
		{WeakenedDefences, "securityhub", `DisableSecurityHub BatchDisableStandards DisassociateMembers DeleteMembers UpdateStandardsControl
			BatchUpdateFindings`},
		{WeakenedDefences, "access-analyzer", "DeleteAnalyzer CreateArchiveRule"},
		{WeakenedDefences, "inspector2", "Disable DisassociateMember"},
		{WeakenedDefences, "macie2", "DisableMacie DisassociateMember DeleteMember"},
		{WeakenedDefences, "detective", "DeleteGraph DeleteMembers"},
		{WeakenedDefences, "organizations", `LeaveOrganization RemoveAccountFromOrganization DisablePolicyType DetachPolicy DeletePolicy
			DisableAWSServiceAccess`},
		{WeakenedDefences, "wafv2", "DeleteWebACL DisassociateWebACL DeleteLoggingConfiguration DeleteRuleGroup"},
		{WeakenedDefences, "waf", "DeleteWebACL DeleteLoggingConfiguration DeleteRuleGroup DeleteRule"},
		{WeakenedDefences, "waf-regional", "DeleteWebACL DisassociateWebACL DeleteLoggingConfiguration DeleteRuleGroup DeleteRule"},
		{WeakenedDefences, "network-firewall", "DeleteFirewall DeleteFirewallPolicy DeleteRuleGroup UpdateLoggingConfiguration"},
		{WeakenedDefences, "route53resolver", "DeleteResolverQueryLogConfig DisassociateResolverQueryLogConfig"},
		{WeakenedDefences, "kms", "DisableKey DisableKeyRotation"},
		{WeakenedDefences, "ssm", "UpdateServiceSetting"},
	}
}

// access change who may do what: with a policy, or with a list of accounts or networks
// (T1098, T1537). The policies of resources are known by the catalogue.
func access() []row {
	return []row{
		{SharedResource, "ec2", `ModifySnapshotAttribute ModifyImageAttribute ModifyFpgaImageAttribute AuthorizeSecurityGroupIngress
			ModifyVpcEndpointServicePermissions AcceptVpcPeeringConnection CreateVpcPeeringConnection
			DisableSnapshotBlockPublicAccess DisableImageBlockPublicAccess`},
		{SharedResource, "rds", `ModifyDBSnapshotAttribute ModifyDBClusterSnapshotAttribute StartExportTask
			AuthorizeDBSecurityGroupIngress`},
		{SharedResource, "s3", "PutBucketAcl PutObjectAcl PutBucketReplication PutBucketWebsite PutBucketCors"},
		{SharedResource, "ram", "CreateResourceShare AssociateResourceShare"},
		{SharedResource, "ssm", "ModifyDocumentPermission"},
		{SharedResource, "redshift", "AuthorizeSnapshotAccess AuthorizeClusterSecurityGroupIngress"},
		{ChangedPolicy, "iam", `PutUserPolicy PutRolePolicy PutGroupPolicy DeleteUserPolicy DeleteRolePolicy DeleteGroupPolicy
			AttachUserPolicy AttachRolePolicy AttachGroupPolicy DetachUserPolicy DetachRolePolicy
			DetachGroupPolicy CreatePolicy DeletePolicy CreatePolicyVersion DeletePolicyVersion
			SetDefaultPolicyVersion UpdateAssumeRolePolicy AddUserToGroup RemoveUserFromGroup
			PutUserPermissionsBoundary PutRolePermissionsBoundary`},
	}
}

// code make a machine or a function do what the caller says (T1651, T1648).
func code() []row {
	return []row{
		{RanCode, "ssm", "SendCommand StartSession ResumeSession StartAutomationExecution CreateAssociation"},
		{RanCode, "ec2-instance-connect", "SendSSHPublicKey SendSerialConsoleSSHPublicKey OpenTunnel"},
		{RanCode, "lambda", "UpdateFunctionCode PublishLayerVersion CreateEventSourceMapping"},
		{RanCode, "ecs", "ExecuteCommand"},
		{RanCode, "glue", "UpdateDevEndpoint"},
	}
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
