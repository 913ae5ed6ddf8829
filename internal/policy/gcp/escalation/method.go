package escalation

import "github.com/leastward/leastward/internal/entitlement"

// Ending is what a method ends with.
type Ending uint8

// The endings.
const (
	// Account: acting as a service account, on which OnTarget is needed.
	Account Ending = iota
	// Storage: acting as a service account, in Cloud Storage alone.
	Storage
	// Delegate: acting as a service account by way of another.
	Delegate
	// Agent: acting as the account that Google runs a service as.
	Agent
	// Function: acting as the service account of a function, on which OnTarget
	// is needed, and iam.serviceAccounts.actAs on the account.
	Function
	// Instance: the same of a virtual machine.
	Instance
	// Policy: setting the allow policy of the project or what is above it.
	Policy
	// CustomRole: changing a custom role that the identity has.
	CustomRole
	// Guardrail: taking away what restricts the project, or a credential that
	// belongs to nobody.
	Guardrail
)

// Method is a published way to raise one's permissions.
type Method struct {
	ID   string
	Name string
	Ends Ending
	// OnProject are needed on the project, OnTarget on what is taken over or
	// changed.
	OnProject, OnTarget []entitlement.Action
	// On is the kind of container whose policy a Policy sets: "project",
	// "folder", "organization".
	On string
	// Kind is what a Function takes over: "function", and of Cloud Run "service"
	// or "job".
	Kind string
	// Agents are the accounts of an Agent, with "NUMBER" for the project's
	// number; the first that exists counts.
	Agents []string
	// Exists is what must exist that no inventory shows.
	Exists string
	// Source is where the method is described.
	Source string
}

// Permissions returns all that a method needs.
func (m *Method) Permissions() []entitlement.Action {
	out := append([]entitlement.Action{}, m.OnProject...)
	out = append(out, m.OnTarget...)
	if m.Ends == Function || m.Ends == Instance {
		out = append(out, actAs)
	}
	return out
}

const actAs entitlement.Action = "iam.serviceAccounts.actAs"

const (
	rhino1   = "https://rhinosecuritylabs.com/gcp/privilege-escalation-google-cloud-platform-part-1/"
	rhino2   = "https://rhinosecuritylabs.com/cloud-security/privilege-escalation-google-cloud-platform-part-2/"
	rhinoCB  = "https://rhinosecuritylabs.com/gcp/iam-privilege-escalation-gcp-cloudbuild/"
	attach   = "https://cloud.google.com/iam/docs/attach-service-accounts"
	identity = "https://cloud.google.com/run/docs/securing/service-identity"
	deploy   = "https://cloud.google.com/deployment-manager/docs/access-control"
	login    = "https://cloud.google.com/compute/docs/oslogin/set-up-oslogin"
	keys     = "https://cloud.google.com/compute/docs/connect/add-ssh-keys"
)

// Methods returns the table of methods: names, permissions and sources are
// facts of what is linked, the words are ours.
func Methods() []Method {
	return append(append(identityMethods(), serviceMethods()...), workloadMethods()...)
}

func on(permissions ...entitlement.Action) []entitlement.Action { return permissions }

// identityMethods are those of IAM itself and of the hierarchy.
func identityMethods() []Method {
	return []Method{
		{ID: "iam-001", Name: "iam.roles.update", Ends: CustomRole, OnTarget: on("iam.roles.update"), Source: rhino1},
		{ID: "iam-002", Name: "iam.serviceAccounts.getAccessToken", Ends: Account, OnTarget: on("iam.serviceAccounts.getAccessToken"), Source: rhino1},
		{ID: "iam-003", Name: "iam.serviceAccountKeys.create", Ends: Account, OnTarget: on("iam.serviceAccountKeys.create"), Source: rhino1},
		{ID: "iam-004", Name: "iam.serviceAccounts.implicitDelegation", Ends: Delegate, OnTarget: on("iam.serviceAccounts.implicitDelegation"), Source: rhino1},
		{ID: "iam-005", Name: "iam.serviceAccounts.signBlob", Ends: Account, OnTarget: on("iam.serviceAccounts.signBlob"), Source: rhino1},
		{ID: "iam-006", Name: "iam.serviceAccounts.signJwt", Ends: Account, OnTarget: on("iam.serviceAccounts.signJwt"), Source: rhino1},
		{ID: "iam-007", Name: "iam.serviceAccounts.setIamPolicy", Ends: Account, OnTarget: on("iam.serviceAccounts.setIamPolicy"), Source: rhino2},
		{ID: "resourcemanager-001", Name: "resourcemanager.projects.setIamPolicy", Ends: Policy, On: "project", OnTarget: on("resourcemanager.projects.setIamPolicy"), Source: rhino2},
		{ID: "resourcemanager-002", Name: "resourcemanager.folders.setIamPolicy", Ends: Policy, On: "folder", OnTarget: on("resourcemanager.folders.setIamPolicy"), Source: rhino2},
		{ID: "resourcemanager-003", Name: "resourcemanager.organizations.setIamPolicy", Ends: Policy, On: "organization", OnTarget: on("resourcemanager.organizations.setIamPolicy"), Source: rhino2},
		{ID: "orgpolicy-001", Name: "orgpolicy.policy.set", Ends: Guardrail, OnProject: on("orgpolicy.policy.set"), Source: rhino2},
		{ID: "storage-001", Name: "storage.hmacKeys.create", Ends: Storage, OnProject: on("storage.hmacKeys.create"), Source: rhino2},
		{ID: "apikeys-001", Name: "apikeys.keys.create", Ends: Guardrail, OnProject: on("apikeys.keys.create"), Source: rhino2},
	}
}

// serviceMethods are those by which a service is made to run as a service
// account.
func serviceMethods() []Method {
	use := func(id, name, source string, permissions ...entitlement.Action) Method {
		return Method{ID: id, Name: name, Ends: Account, OnProject: permissions, OnTarget: on(actAs), Source: source}
	}
	return []Method{
		{ID: "deploymentmanager-001", Name: "deploymentmanager.deployments.create", Ends: Agent, OnProject: on("deploymentmanager.deployments.create"), Agents: []string{"NUMBER@cloudservices.gserviceaccount.com"}, Source: rhino1},
		{ID: "cloudbuild-001", Name: "cloudbuild.builds.create", Ends: Agent, OnProject: on("cloudbuild.builds.create"), Agents: []string{"NUMBER@cloudbuild.gserviceaccount.com", "NUMBER-compute@developer.gserviceaccount.com"}, Source: rhinoCB},
		{ID: "deploymentmanager-002", Name: "deploymentmanager.deployments.update", Ends: Agent, OnProject: on("deploymentmanager.deployments.update"), Agents: []string{"NUMBER@cloudservices.gserviceaccount.com"}, Exists: "deployment", Source: deploy},
		use("cloudbuild-002", "cloudbuild.builds.create with a service account", attach, "cloudbuild.builds.create"),
		use("cloudfunctions-001", "cloudfunctions.functions.create and call", rhino1, "cloudfunctions.functions.create", "cloudfunctions.functions.sourceCodeSet", "cloudfunctions.functions.call"),
		use("cloudfunctions-002", "cloudfunctions.functions.create and setIamPolicy", rhino1, "cloudfunctions.functions.create", "cloudfunctions.functions.sourceCodeSet", "cloudfunctions.functions.setIamPolicy"),
		use("compute-001", "compute.instances.create", rhino1, "compute.disks.create", "compute.instances.create", "compute.instances.setMetadata", "compute.instances.setServiceAccount", "compute.subnetworks.use", "compute.subnetworks.useExternalIp"),
		use("run-001", "run.services.create and invoke", rhino1, "run.services.create", "run.routes.invoke"),
		use("run-002", "run.services.create and setIamPolicy", rhino1, "run.services.create", "run.services.setIamPolicy"),
		use("run-003", "run.jobs.create and run", attach, "run.jobs.create", "run.jobs.run"),
		use("cloudscheduler-001", "cloudscheduler.jobs.create", rhino1, "cloudscheduler.jobs.create", "cloudscheduler.locations.list"),
		use("dataflow-001", "dataflow.jobs.create", attach, "dataflow.jobs.create"),
		use("dataproc-001", "dataproc.clusters.create", attach, "dataproc.clusters.create", "dataproc.jobs.create"),
		use("composer-001", "composer.environments.create", attach, "composer.environments.create"),
		use("notebooks-001", "notebooks.instances.create", attach, "notebooks.instances.create"),
		use("workflows-001", "workflows.workflows.create", attach, "workflows.workflows.create", "workflows.executions.create"),
		use("aiplatform-001", "aiplatform.customJobs.create", attach, "aiplatform.customJobs.create"),
		use("appengine-001", "appengine.versions.create", attach, "appengine.versions.create"),
		use("batch-001", "batch.jobs.create", attach, "batch.jobs.create"),
	}
}

// workloadMethods are those by which what runs as a service account is taken
// over.
func workloadMethods() []Method {
	return []Method{
		{ID: "cloudfunctions-003", Name: "cloudfunctions.functions.update", Ends: Function, Kind: "function", OnTarget: on("cloudfunctions.functions.update", "cloudfunctions.functions.sourceCodeSet"), Source: rhino1},
		{ID: "run-004", Name: "run.services.update", Ends: Function, Kind: "service", OnTarget: on("run.services.update"), Source: identity},
		{ID: "run-005", Name: "run.jobs.update and run", Ends: Function, Kind: "job", OnTarget: on("run.jobs.update", "run.jobs.run"), Source: identity},
		{ID: "compute-002", Name: "compute.instances.setMetadata", Ends: Instance, OnTarget: on("compute.instances.setMetadata"), Source: keys},
		{ID: "compute-003", Name: "compute.projects.setCommonInstanceMetadata", Ends: Instance, OnProject: on("compute.projects.setCommonInstanceMetadata"), Source: keys},
		{ID: "compute-004", Name: "compute.instances.osAdminLogin", Ends: Instance, OnTarget: on("compute.instances.osAdminLogin"), Exists: "network way to port 22", Source: login},
		{ID: "compute-005", Name: "compute.instances.osLogin", Ends: Instance, OnTarget: on("compute.instances.osLogin"), Exists: "network way to port 22", Source: login},
	}
}
