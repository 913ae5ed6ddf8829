package gcp

import "strings"

// profile is what identities of one sort hold and do.
type profile struct {
	name  string
	roles []string // On the project, or where the group has them.
	group string   // Group of people through which the roles come; "" is directly.
	// habits are calls; all are permitted, and the first is recorded in every
	// project.
	habits  []string
	refused []string // Tried in vain now and then; none is permitted.
	// escalates: the roles let their holder act as service accounts of the
	// project, of which one may do everything.
	escalates bool
	// byKeys: they do so by keys alone, which some projects deny.
	byKeys bool
}

func profiles() map[string]*profile {
	all := map[string]*profile{}
	add := func(name, roles, group, habits, refused string) *profile {
		p := &profile{name: name, roles: strings.Fields(roles), group: group, habits: strings.Fields(habits), refused: strings.Fields(refused)}
		all[name] = p
		return p
	}
	people(add)
	machines(add)
	return all
}

type adder func(name, roles, group, habits, refused string) *profile

func people(add adder) {
	add("owner", "roles/owner", "", "projects.setIamPolicy instances.insert serviceAccounts.create firewalls.patch", "")
	add("developer", "roles/compute.instanceAdmin.v1 roles/pubsub.editor roles/storage.objectViewer roles/logging.viewer", "developers",
		"instances.start instances.stop topics.update disks.createSnapshot objects.get", "projects.setIamPolicy serviceAccountKeys.create")
	add("operator", "roles/compute.networkAdmin roles/monitoring.editor", "operators", "routes.insert alertPolicies.create", "instances.delete")
	add("security", "roles/iam.securityReviewer roles/logging.admin", "security", "sinks.create", "serviceAccountKeys.create instances.stop")
	add("analyst", "roles/bigquery.jobUser roles/bigquery.dataViewer roles/storage.objectViewer", "", "jobs.insert objects.get", "instances.start objects.create")
	add("builder", "roles/compute.instanceAdmin.v1 roles/iam.serviceAccountUser", "", "instances.insert instances.start disks.createSnapshot", "projects.setIamPolicy").escalates = true
	keys := add("key-master", "roles/iam.serviceAccountKeyAdmin roles/monitoring.editor", "", "alertPolicies.create", "instances.delete")
	keys.escalates, keys.byKeys = true, true
}

func machines(add adder) {
	add("pipeline", "roles/cloudfunctions.developer roles/run.developer roles/iam.serviceAccountUser", "", "functions.update services.replace", "projects.setIamPolicy").escalates = true
	add("release", organization+"/roles/releaseOperator", "", "functions.update services.replace", "instances.delete")
	add("exporter", "roles/storage.objectUser roles/bigquery.dataEditor roles/bigquery.jobUser", "", "jobs.insert objects.create objects.get", "instances.stop")
	add("agent", "roles/secretmanager.secretAccessor roles/logging.logWriter roles/monitoring.metricWriter", "", "secrets.access", "buckets.create")
	add("legacy", "roles/editor", "", "instances.stop instances.start disks.createSnapshot topics.update", "projects.setIamPolicy").escalates = true
	add("watcher", "roles/monitoring.editor", "", "alertPolicies.create", "instances.stop")
}
