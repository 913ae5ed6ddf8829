package gcp

import "strings"

// apiMethod is one method of an API, as a collection calls it: the service, the
// method with what is asked for where the permission depends on it, and behind
// the bar the permission that IAM has to allow. It is empty where an
// administrator's role of Google Workspace allows it, or where nothing has to.
//
// Each method's reference names its permission, such as
// https://cloud.google.com/asset-inventory/docs/access-control,
// https://cloud.google.com/iam/docs/reference/rest and
// https://cloud.google.com/resource-manager/docs/access-control-proj. Entries of
// Data Access logs are left out of answers without a permission of their own:
// https://cloud.google.com/logging/docs/access-control#permissions_and_roles.
type apiMethod string

// The operations.
const (
	assetsOfResources apiMethod = "cloudasset assets.list RESOURCE | cloudasset.assets.listResource"
	assetsOfPolicies  apiMethod = "cloudasset assets.list IAM_POLICY | cloudasset.assets.listIamPolicy"
	assetsOfRules     apiMethod = "cloudasset assets.list ORG_POLICY | cloudasset.assets.listOrgPolicy"

	projectGet    apiMethod = "cloudresourcemanager projects.get | resourcemanager.projects.get"
	projectList   apiMethod = "cloudresourcemanager projects.list | resourcemanager.projects.list"
	projectPolicy apiMethod = "cloudresourcemanager projects.getIamPolicy | resourcemanager.projects.getIamPolicy"
	folderGet     apiMethod = "cloudresourcemanager folders.get | resourcemanager.folders.get"
	folderList    apiMethod = "cloudresourcemanager folders.list | resourcemanager.folders.list"
	folderPolicy  apiMethod = "cloudresourcemanager folders.getIamPolicy | resourcemanager.folders.getIamPolicy"
	orgGet        apiMethod = "cloudresourcemanager organizations.get | resourcemanager.organizations.get"
	orgPolicy     apiMethod = "cloudresourcemanager organizations.getIamPolicy | resourcemanager.organizations.getIamPolicy"

	roleList       apiMethod = "iam roles.list |"
	customRoleList apiMethod = "iam projects.roles.list | iam.roles.list"
	accountList    apiMethod = "iam projects.serviceAccounts.list | iam.serviceAccounts.list"
	keyList        apiMethod = "iam projects.serviceAccounts.keys.list | iam.serviceAccountKeys.list"
	denyList       apiMethod = "iam policies.listPolicies | iam.denypolicies.list"
	denyGet        apiMethod = "iam policies.get | iam.denypolicies.get"
	boundaryList   apiMethod = "iam principalAccessBoundaryPolicies.list | iam.principalaccessboundarypolicies.list"
	boundaryUse    apiMethod = "iam principalAccessBoundaryPolicies.searchPolicyBindings | iam.principalaccessboundarypolicies.searchPolicyBindings"

	accountActivity apiMethod = "policyanalyzer activities.query serviceAccountLastAuthentication | policyanalyzer.serviceAccountLastAuthenticationActivities.query"
	keyActivity     apiMethod = "policyanalyzer activities.query serviceAccountKeyLastAuthentication | policyanalyzer.serviceAccountKeyLastAuthenticationActivities.query"

	groupLookup apiMethod = "cloudidentity groups.lookup |"
	groupGet    apiMethod = "cloudidentity groups.get |"
	groupSearch apiMethod = "cloudidentity groups.search |"
	memberList  apiMethod = "cloudidentity groups.memberships.list |"
	userList    apiMethod = "admin users.list |"
	domainList  apiMethod = "admin domains.list |"

	entryList  apiMethod = "logging entries.list | logging.logEntries.list logging.privateLogEntries.list"
	pull       apiMethod = "pubsub subscriptions.pull | pubsub.subscriptions.consume"
	extend     apiMethod = "pubsub subscriptions.modifyAckDeadline | pubsub.subscriptions.consume"
	ack        apiMethod = "pubsub subscriptions.acknowledge | pubsub.subscriptions.consume"
	objectList apiMethod = "storage objects.list | storage.objects.list"
	objectGet  apiMethod = "storage objects.get | storage.objects.get"
)

func (m apiMethod) String() string {
	call, _, _ := strings.Cut(string(m), " | ")
	return strings.TrimSuffix(call, " |")
}

// service is the name of the API, which its host begins with.
func (m apiMethod) service() string {
	service, _, _ := strings.Cut(m.String(), " ")
	return service
}

// method is what is called, with what it is asked for.
func (m apiMethod) method() string {
	_, method, _ := strings.Cut(m.String(), " ")
	return method
}

// permissions are what IAM has to allow.
func (m apiMethod) permissions() []string {
	_, permissions, _ := strings.Cut(string(m), " | ")
	return strings.Fields(permissions)
}

// OperationStats counts the requests of one operation since the collector was
// made.
type OperationStats struct {
	Service string // As its host begins: "cloudasset".
	Method  string // As its reference has it: "assets.list RESOURCE".
	// Permissions are what IAM has to allow for it; none where it is not IAM that
	// does.
	Permissions []string
	Requests    uint64 // Sent, each try counts.
	Throttled   uint64 // Of Requests, refused as too many.
	Errors      uint64 // Of Requests, failed for another reason.
}
