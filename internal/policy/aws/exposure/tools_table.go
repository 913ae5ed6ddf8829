package exposure

import (
	"strings"

	"github.com/leastward/leastward/internal/entitlement"
)

// ToolRow is a service with the actions that make an identity one of its
// readers or administrators.
type ToolRow struct {
	Name     string
	Actions  []entitlement.Action
	Reason   string // Why these actions.
	Addition bool   // Not in the list of Entra Permissions Management.
}

func row(name, reason string, service string, actions string) ToolRow {
	return ToolRow{Name: name, Reason: reason, Actions: actionsOf(service, actions)}
}

func (r ToolRow) and(service, actions string) ToolRow {
	r.Actions = append(r.Actions, actionsOf(service, actions)...)
	return r
}

func (r ToolRow) added() ToolRow {
	r.Addition = true
	return r
}

func actionsOf(service, list string) []entitlement.Action {
	names := strings.Fields(list)
	out := make([]entitlement.Action, len(names))
	for i, n := range names {
		out[i] = entitlement.Action(service + ":" + n)
	}
	return out
}

// SecretStoreTable returns the stores of secret material, each with the actions
// that give it out or let one act with it. Reading public parts, as
// acm:GetCertificate does, does not count.
func SecretStoreTable() []ToolRow {
	return []ToolRow{
		row("Secrets Manager", "returns the secret; BatchGetSecretValue by itself does not suffice, as it checks GetSecretValue for each secret",
			"secretsmanager", "GetSecretValue"),
		row("Certificate Authority", "the private key of a CA never leaves it, so signing with it is what its secrecy guards",
			"acm-pca", "IssueCertificate"),
		row("CloudHSM", "keys leave a cluster by its backups: copied to another region, shared with another account, brought back or made into another cluster; whoever initialises a cluster becomes its first officer",
			"cloudhsm", "CopyBackupToRegion CreateCluster InitializeCluster PutResourcePolicy RestoreBackup"),
		row("Certificate Manager", "returns the private key of a certificate, or what lets an ACME client get certificates for the account's domains",
			"acm", "ExportCertificate GetAcmeExternalAccountBindingCredentials"),
		row("Parameter Store", "returns SecureString parameters in the clear where the key allows, as AWS's own key for the service does for the whole account",
			"ssm", "GetParameter GetParameters GetParametersByPath GetParameterHistory").added(),
	}
}

// SecurityToolTable returns the security services, each with the actions that
// switch it off, blind it or narrow what it sees or reports. Reading what a
// service found, and widening what it sees, do not count.
func SecurityToolTable() []ToolRow {
	return []ToolRow{
		row("Macie", "disables or suspends Macie, takes accounts out, narrows what is looked at or hides what was found",
			"macie2", `BatchUpdateAutomatedDiscoveryAccounts CreateAllowList CreateFindingsFilter DeleteMember DisableMacie
			DisableOrganizationAdminAccount DisassociateFromAdministratorAccount DisassociateFromMasterAccount DisassociateMember
			PutFindingsPublicationConfiguration UpdateAllowList UpdateAutomatedDiscoveryConfiguration UpdateClassificationJob
			UpdateClassificationScope UpdateFindingsFilter UpdateMacieSession UpdateMemberSession UpdateOrganizationConfiguration`),
		firewalls(),
		row("CloudTrail", "stops, deletes or redirects a trail or event store, or leaves events out",
			"cloudtrail", `DeleteEventDataStore DeleteTrail DeregisterOrganizationDelegatedAdmin PutEventSelectors PutInsightSelectors
			StopEventDataStoreIngestion StopLogging UpdateEventDataStore UpdateTrail`),
		row("Inspector", "disables scanning, takes accounts out, suppresses findings or shortens rescans",
			"inspector2", `BatchUpdateMemberEc2DeepInspectionStatus CreateFilter Disable DisableDelegatedAdminAccount DisassociateMember
			UpdateConfiguration UpdateEc2DeepInspectionConfiguration UpdateFilter UpdateOrganizationConfiguration
			UpdateOrgEc2DeepInspectionConfiguration`).
			and("inspector", "DeleteAssessmentRun DeleteAssessmentTarget DeleteAssessmentTemplate StopAssessmentRun UnsubscribeFromEvent UpdateAssessmentTarget"),
		securityHub(),
		row("Detective", "deletes the behaviour graph, takes accounts or sources out of it",
			"detective", `DeleteGraph DeleteMembers DisableOrganizationAdminAccount DisassociateMembership UpdateDatasourcePackages
			UpdateOrganizationConfiguration`),
		guardDuty(),
		row("Config", "stops or narrows the recording of resources, or deletes the rules that judge them",
			"config", `DeleteConfigRule DeleteConfigurationAggregator DeleteConfigurationRecorder DeleteConformancePack DeleteDeliveryChannel
			DeleteOrganizationConfigRule DeleteOrganizationConformancePack DisassociateResourceTypes PutConfigurationRecorder
			PutDeliveryChannel PutRetentionConfiguration StopConfigurationRecorder`).added(),
		row("Access Analyzer", "deletes an analyzer, or archives what it finds unseen",
			"access-analyzer", "ApplyArchiveRule CreateArchiveRule DeleteAnalyzer UpdateAnalyzer UpdateArchiveRule UpdateFindings").added(),
	}
}

func firewalls() ToolRow {
	classic := "DeleteIPSet DeleteLoggingConfiguration DeleteRateBasedRule DeleteRule DeleteRuleGroup DeleteWebACL UpdateIPSet UpdateRateBasedRule UpdateRule UpdateRuleGroup UpdateWebACL"
	return row("WAF & Shield", "takes a firewall off what it guards, loosens its rules, or ends protection or logging",
		"wafv2", `AssociateWebACL DeleteFirewallManagerRuleGroups DeleteIPSet DeleteLoggingConfiguration DeleteRegexPatternSet DeleteRuleGroup
		DeleteWebACL DisassociateFirewallManager DisassociateWebACL PutLoggingConfiguration UpdateIPSet UpdateRegexPatternSet
		UpdateRuleGroup UpdateWebACL`).
		and("waf", classic).
		and("waf-regional", classic+" AssociateWebACL DisassociateWebACL").
		and("shield", `DeleteProtection DeleteProtectionGroup DeleteSubscription DisableApplicationLayerAutomaticResponse
		DisableProactiveEngagement DisassociateDRTLogBucket DisassociateDRTRole DisassociateHealthCheck
		UpdateApplicationLayerAutomaticResponse UpdateProtectionGroup UpdateSubscription`)
}

func securityHub() ToolRow {
	return row("Security Hub", "disables the hub, its standards, controls or sources, takes accounts out, or suppresses findings",
		"securityhub", `BatchDisableStandards BatchUpdateAutomationRules BatchUpdateFindings BatchUpdateStandardsControlAssociations
		CreateAutomationRule CreateAutomationRuleV2 DeleteConfigurationPolicy DeleteMembers DisableImportFindingsForProduct
		DisableOrganizationAdminAccount DisableSecurityHub DisableSecurityHubFeatureV2 DisableSecurityHubV2
		DisassociateFromAdministratorAccount DisassociateFromMasterAccount DisassociateMembers
		StartConfigurationPolicyDisassociation UpdateAutomationRuleV2 UpdateConfigurationPolicy UpdateFindings
		UpdateOrganizationConfiguration UpdateSecurityControl UpdateSecurityHubConfiguration UpdateStandardsControl`)
}

func guardDuty() ToolRow {
	return row("GuardDuty", "deletes or suspends a detector, takes accounts or sources out, trusts addresses, or hides findings",
		"guardduty", `ArchiveFindings CreateFilter CreateIPSet CreateTrustedEntitySet DeleteCustomDetectionRuleAssociation DeleteDetector
		DeleteMalwareProtectionPlan DeleteMembers DeletePublishingDestination DeleteThreatEntitySet DeleteThreatIntelSet
		DisableOrganizationAdminAccount DisassociateFromAdministratorAccount DisassociateFromMasterAccount DisassociateMembers
		StopMonitoringMembers UpdateDetector UpdateFilter UpdateIPSet UpdateMalwareScanSettings UpdateMemberDetectors
		UpdateOrganizationConfiguration UpdatePublishingDestination UpdateThreatEntitySet UpdateThreatIntelSet
		UpdateTrustedEntitySet`)
}
