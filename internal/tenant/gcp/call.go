package gcp

// call is one method of an API as the audit logs have it.
type call struct {
	service, method, permission string
	// resource is the form of the resource's name: %p is the project, %z a
	// zone, %l a region, %t the team, %n a number.
	resource string
	monitors string // The type of the monitored resource.
	data     bool   // Recorded in the Data Access log.
	storage  bool   // Of the objects in buckets, whose log is on in some projects only.
	long     bool   // Goes on after the answer: it has a first and a last entry.
}

// calls is the table of calls by short names.
func calls() map[string]call {
	compute := func(method, permission, resource string) call {
		return call{service: "compute.googleapis.com", method: "v1.compute." + method, permission: "compute." + permission, resource: resource, monitors: "gce_instance", long: true}
	}
	return map[string]call{
		"instances.insert":          compute("instances.insert", "instances.create", "projects/%p/zones/%z/instances/%t-vm-%n"),
		"instances.start":           compute("instances.start", "instances.start", "projects/%p/zones/%z/instances/%t-vm-%n"),
		"instances.stop":            compute("instances.stop", "instances.stop", "projects/%p/zones/%z/instances/%t-vm-%n"),
		"instances.delete":          compute("instances.delete", "instances.delete", "projects/%p/zones/%z/instances/%t-vm-%n"),
		"disks.createSnapshot":      compute("disks.createSnapshot", "disks.createSnapshot", "projects/%p/zones/%z/disks/%t-disk-%n"),
		"routes.insert":             compute("routes.insert", "routes.create", "projects/%p/global/routes/%t-%n"),
		"firewalls.patch":           compute("firewalls.patch", "firewalls.update", "projects/%p/global/firewalls/%t-internal"),
		"projects.setIamPolicy":     {service: "cloudresourcemanager.googleapis.com", method: "SetIamPolicy", permission: "resourcemanager.projects.setIamPolicy", resource: "projects/%p", monitors: "project"},
		"serviceAccounts.create":    {service: "iam.googleapis.com", method: "google.iam.admin.v1.CreateServiceAccount", permission: "iam.serviceAccounts.create", resource: "projects/%p", monitors: "service_account"},
		"serviceAccountKeys.create": {service: "iam.googleapis.com", method: "google.iam.admin.v1.CreateServiceAccountKey", permission: "iam.serviceAccountKeys.create", resource: "projects/%p/serviceAccounts/legacy-provisioner@%p.iam.gserviceaccount.com", monitors: "service_account"},
		"topics.update":             {service: "pubsub.googleapis.com", method: "google.pubsub.v1.Publisher.UpdateTopic", permission: "pubsub.topics.update", resource: "projects/%p/topics/%t-events", monitors: "pubsub_topic"},
		"alertPolicies.create":      {service: "monitoring.googleapis.com", method: "google.monitoring.v3.AlertPolicyService.CreateAlertPolicy", permission: "monitoring.alertPolicies.create", resource: "projects/%p", monitors: "audited_resource"},
		"sinks.create":              {service: "logging.googleapis.com", method: "google.logging.v2.ConfigServiceV2.CreateSink", permission: "logging.sinks.create", resource: "projects/%p/sinks/%t", monitors: "logging_sink"},
		"functions.update":          {service: "cloudfunctions.googleapis.com", method: "google.cloud.functions.v2.FunctionService.UpdateFunction", permission: "cloudfunctions.functions.update", resource: "projects/%p/locations/%l/functions/%t-%n", monitors: "cloud_function", long: true},
		"services.replace":          {service: "run.googleapis.com", method: "google.cloud.run.v1.Services.ReplaceService", permission: "run.services.update", resource: "namespaces/%p/services/%t-%n", monitors: "cloud_run_revision"},
		"buckets.create":            {service: "storage.googleapis.com", method: "storage.buckets.create", permission: "storage.buckets.create", resource: "projects/_/buckets/%p-%t-%n", monitors: "gcs_bucket"},
		"jobs.insert":               {service: "bigquery.googleapis.com", method: "google.cloud.bigquery.v2.JobService.InsertJob", permission: "bigquery.jobs.create", resource: "projects/%p", monitors: "bigquery_project", data: true},
		"secrets.access":            {service: "secretmanager.googleapis.com", method: "google.cloud.secretmanager.v1.SecretManagerService.AccessSecretVersion", permission: "secretmanager.versions.access", resource: "projects/%p/secrets/%t-database/versions/%n", monitors: "audited_resource", data: true},
		"objects.get":               {service: "storage.googleapis.com", method: "storage.objects.get", permission: "storage.objects.get", resource: "projects/_/buckets/%p-%t-reports/objects/part-%n.parquet", monitors: "gcs_bucket", data: true, storage: true},
		"objects.create":            {service: "storage.googleapis.com", method: "storage.objects.create", permission: "storage.objects.create", resource: "projects/_/buckets/%p-%t-reports/objects/part-%n.parquet", monitors: "gcs_bucket", data: true, storage: true},
	}
}

// recorded reports whether the logs of a project show a call.
func (c call) recorded(p *project) bool { return !c.storage || p.dataLogs }

// log returns which of the audit logs has a call.
func (c call) log() string {
	if c.data {
		return "data_access"
	}
	return "activity"
}
