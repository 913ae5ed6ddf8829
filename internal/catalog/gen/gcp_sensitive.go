package main

import (
	"slices"
	"strings"
)

// dataWrites are the verbs, by service and type, of permissions that no read
// needs and that the Data Access logs record; "*" is all of them.
func dataWrites() map[string]string {
	return map[string]string{
		"aiplatform.endpoints":          "predict explain",
		"artifactregistry.repositories": "uploadartifacts downloadartifacts deleteartifacts readviavirtualrepository",
		"bigquery.connections":          "use delegate",
		"bigquery.jobs":                 "create update delete",
		"bigquery.readsessions":         "*",
		"bigquery.tables":               "updatedata",
		"bigtable.tables":               "mutaterows samplerowkeys checkconsistency generateconsistencytoken",
		"bigtable.authorizedviews":      "mutaterows samplerowkeys",
		"cloudkms.cryptokeyversions":    "usetodecrypt usetoencrypt usetosign usetoverify usetodecryptviadelegation usetoencryptviadelegation usetodecapsulate",
		"cloudkms.locations":            "generaterandombytes",
		"cloudsql.instances":            "connect login executesql",
		"cloudtasks.tasks":              "*",
		"cloudtrace.traces":             "*",
		"cloudtranslate.generalmodels":  "*",
		"compute.instances":             "oslogin osadminlogin",
		"containeranalysis.occurrences": "*",
		"datastore.entities":            "*",
		"dialogflow.sessions":           "*",
		"dlp.jobs":                      "create cancel delete",
		"documentai.processors":         "processonline processbatch",
		"documentai.processorversions":  "processonline processbatch",
		"errorreporting.errorevents":    "*",
		"firebaseauth.users":            "*",
		"healthcare.dicomstores":        "dicomwebwrite dicomwebdelete",
		"healthcare.fhirresources":      "*",
		"healthcare.hl7v2messages":      "*",
		"iam.serviceaccounts":           "getaccesstoken getopenidtoken signblob signjwt implicitdelegation",
		"iap.tunneldestgroups":          "accessviaiap",
		"iap.tunnelinstances":           "accessviaiap",
		"iap.webserviceversions":        "accessviaiap",
		"logging.logentries":            "*",
		"monitoring.timeseries":         "*",
		"monitoring.metricdescriptors":  "*",
		"privateca.certificates":        "create createforself",
		"pubsub.snapshots":              "seek",
		"pubsublite.subscriptions":      "subscribe seek setcursor",
		"servicemanagement.services":    "check report quota",
		"spanner.databases":             "write beginorrollbackreadwritetransaction beginpartitioneddmltransaction beginreadonlytransaction userolebasedaccess",
		"spanner.sessions":              "*",
		"storage.folders":               "*",
		"storage.multipartuploads":      "*",
		"storage.objects":               "*",
		"telemetry.consumers":           "*",
	}
}

// sensitivity returns the letters of why a permission is sensitive, in the order
// of package catalog.
func (p permission) sensitivity(typ rune, tags string) string {
	var b strings.Builder
	for _, s := range []struct {
		letter string
		is     bool
	}{
		{"C", p.handsOutCredentials()},
		{"D", p.handsOutData()},
		{"P", p.escalates()},
		{"R", p.exposes(typ)},
	} {
		if s.is || strings.Contains(tags, s.letter) {
			b.WriteString(s.letter)
		}
	}
	return b.String()
}

// handsOutCredentials: keys, tokens, passwords and secrets.
func (p permission) handsOutCredentials() bool {
	switch strings.ToLower(p.verb) {
	case "getaccesstoken", "fetchaccesstoken", "generateaccesstoken", "getopenidtoken", "getcredentials", "retrievecredentials",
		"getadminkubeconfig", "getsecret", "getauthstring", "getkeystring", "createtoken", "fetchreadwritetoken", "fetchreadtoken":
		return true
	case "signblob", "signjwt", "implicitdelegation":
		return p.service == "iam"
	}
	return slices.Contains([]string{
		"iam.serviceaccountkeys.create", "secretmanager.versions.access", "parametermanager.parameterversions.render", "storage.hmackeys.create",
		"apikeys.keys.create", "container.secrets.get", "container.secrets.list",
		"cloudsql.sslcerts.create", "cloudsql.users.create", "cloudsql.users.update", "compute.instances.setmetadata",
		"compute.projects.setcommoninstancemetadata", "iam.googleapis.com/oauthclientcredentials.create",
	}, p.name)
}

// handsOutData: content rather than what describes it.
func (p permission) handsOutData() bool {
	return slices.Contains([]string{
		"storage.objects.get", "cloudkms.cryptokeyversions.usetodecrypt", "cloudkms.cryptokeyversions.usetodecryptviadelegation",
		"bigquery.readsessions.getdata", "bigquery.tables.createsnapshot", "cloudsql.instances.export", "cloudsql.instances.connect",
		"cloudsql.instances.login", "cloudsql.instances.executesql", "cloudsql.backupruns.export", "spanner.databases.select",
		"spanner.databases.read", "spanner.backups.restoredatabase", "bigtable.tables.readrows", "bigtable.authorizedviews.readrows",
		"bigtable.materializedviews.readrows", "bigtable.logicalviews.readrows", "datastore.entities.get", "datastore.entities.list",
		"datastore.databases.export", "datastore.backups.restoredatabase", "firebasedatabase.instances.get", "firebaseauth.users.get",
		"logging.logentries.list", "logging.privatelogentries.list", "logging.views.access", "artifactregistry.repositories.downloadartifacts",
		"artifactregistry.files.download", "compute.disks.createsnapshot", "compute.disks.usereadonly", "compute.snapshots.usereadonly",
		"compute.images.usereadonly", "compute.machineimages.usereadonly", "compute.packetmirrorings.create", "container.configmaps.get",
		"container.configmaps.list", "container.pods.exec", "container.pods.attach", "container.pods.portforward", "container.pods.getlogs",
		"container.pods.proxy", "healthcare.dicomstores.dicomwebread", "healthcare.dicomstores.export", "healthcare.fhirstores.export",
		"healthcare.hl7v2messages.get", "healthcare.fhirresources.get", "healthcare.fhirstores.searchresources", "alloydb.instances.connect",
		"alloydb.instances.executesql", "alloydb.clusters.export", "redis.instances.export", "redis.clusters.connect", "source.repos.get",
		"cloudfunctions.functions.sourcecodeget", "cloudtasks.tasks.fullview", "managedkafka.clusters.connect", "pubsublite.topics.subscribe",
		"pubsublite.subscriptions.subscribe", "discoveryengine.documents.get",
	}, p.name)
}

// escalates: what lets someone widen their own permissions, by granting them or
// by running code as an identity that has more.
func (p permission) escalates() bool {
	if p.verb == "setIamPolicy" {
		return true
	}
	switch p.name {
	case "iam.serviceaccountkeys.create", "iam.serviceaccounts.implicitdelegation", "iam.roles.create", "iam.roles.update", "iam.roles.undelete",
		"orgpolicy.policy.set", "orgpolicy.policies.create", "orgpolicy.policies.update", "orgpolicy.policies.delete",
		"iam.denypolicies.update", "iam.denypolicies.delete", "iam.principalaccessboundarypolicies.update",
		"iam.principalaccessboundarypolicies.delete", "iam.principalaccessboundarypolicies.unbind",
		"compute.instances.create", "compute.instances.setserviceaccount", "compute.instances.setmetadata", "compute.projects.setcommoninstancemetadata",
		"compute.instances.oslogin", "compute.instances.osadminlogin", "run.services.create", "run.services.update", "run.jobs.create",
		"run.jobs.update", "run.jobs.run", "run.jobs.runwithoverrides", "cloudfunctions.functions.create", "cloudfunctions.functions.update",
		"cloudfunctions.functions.sourcecodeset", "cloudscheduler.jobs.create", "cloudscheduler.jobs.update", "cloudbuild.builds.create",
		"cloudbuild.builds.update", "deploymentmanager.deployments.create", "deploymentmanager.deployments.update", "dataflow.jobs.create",
		"dataproc.clusters.create", "dataproc.jobs.create", "composer.environments.create", "composer.environments.update",
		"notebooks.instances.create", "aiplatform.customjobs.create", "appengine.versions.create", "container.pods.create",
		"container.clusters.getcredentials", "apikeys.keys.create", "storage.hmackeys.create",
		"config.deployments.create", "config.deployments.update", "workflows.workflows.create", "workflows.workflows.update",
		"privilegedaccessmanager.entitlements.create", "privilegedaccessmanager.entitlements.update",
		"iam.googleapis.com/workloadidentitypools.create",
		"iam.googleapis.com/workloadidentitypoolproviders.create", "iam.googleapis.com/workloadidentitypoolproviders.update",
		"iam.googleapis.com/workforcepoolproviders.create", "iam.googleapis.com/workforcepoolproviders.update",
		"run.workerpools.create", "run.workerpools.update", "run.instances.create", "run.instances.update", "run.services.sshroot",
		"run.services.sshread", "run.jobs.sshroot", "run.jobs.sshread", "run.workerpools.sshroot", "run.workerpools.sshread",
		"run.instances.sshroot", "run.instances.sshread",
		"container.certificatesigningrequests.approve", "container.pods.exec", "container.pods.attach":
		return true
	}
	return false
}

// exposes: what opens a resource to others, in the network or by a policy.
func (p permission) exposes(typ rune) bool {
	if p.verb == "setIamPolicy" {
		return true
	}
	if !changes(typ) || typ == typeDelete {
		return false
	}
	switch p.service + "." + p.things {
	case "compute.firewalls", "compute.firewallpolicies", "compute.networkfirewallpolicies", "compute.forwardingrules",
		"compute.globalforwardingrules", "compute.networks", "accesscontextmanager.serviceperimeters", "accesscontextmanager.accesslevels":
		return slices.Contains([]string{"create", "update", "addPeering", "updatePolicy", "patch", "commit", "replaceAll", "cloneRules"}, p.verb)
	}
	return slices.Contains([]string{
		"storage.buckets.update", "storage.buckets.create", "bigquery.datasets.update", "bigquery.datasets.create", "bigquery.rowaccesspolicies.create",
		"cloudsql.instances.update", "cloudsql.instances.create", "compute.instances.addaccessconfig", "compute.backendbuckets.addsignedurlkey",
		"compute.backendservices.addsignedurlkey", "container.services.create", "container.ingresses.create", "analyticshub.listings.update",
		"orgpolicy.policy.set", "orgpolicy.policies.update", "orgpolicy.policies.create", "orgpolicy.policies.delete",
		"pubsub.topics.attachsubscription", "logging.sinks.create", "logging.sinks.update", "dns.changes.create",
	}, p.name)
}
