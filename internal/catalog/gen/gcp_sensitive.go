package main

import (
	"slices"
	"strings"
)

// dataWrites are the verbs, by service and type, of permissions that no read
// needs and that the Data Access logs record; "*" is all.
func dataWrites() map[string]string {
	return map[string]string{
		"storage.objects":                  "*",
		"storage.multipartuploads":         "*",
		"storage.folders":                  "*",
		"bigquery.tables":                  "updatedata getdata export",
		"bigquery.jobs":                    "create update delete",
		"bigquery.readsessions":            "*",
		"bigquery.connections":             "use delegate",
		"bigquery.models":                  "updatedata export getdata",
		"pubsub.topics":                    "publish",
		"pubsub.subscriptions":             "consume",
		"pubsub.snapshots":                 "seek",
		"spanner.databases":                "read write select beginorrollbackreadwritetransaction beginpartitioneddmltransaction beginreadonlytransaction partitionquery partitionread usedatabaseboost userolebasedaccess",
		"spanner.sessions":                 "*",
		"datastore.entities":               "*",
		"bigtable.tables":                  "readrows mutaterows samplerowkeys checkconsistency generateconsistencytoken",
		"secretmanager.versions":           "access",
		"cloudkms.cryptokeyversions":       "usetodecrypt usetoencrypt usetosign usetoverify usetodecryptviadelegation usetoencryptviadelegation usetodecapsulate viewpublickey",
		"cloudkms.locations":               "generaterandombytes",
		"logging.logentries":               "*",
		"logging.views":                    "access",
		"monitoring.timeseries":            "*",
		"monitoring.metricdescriptors":     "*",
		"cloudtrace.traces":                "*",
		"errorreporting.errorevents":       "*",
		"iam.serviceaccounts":              "getaccesstoken getopenidtoken signblob signjwt implicitdelegation",
		"iap.webserviceversions":           "accessviaiap",
		"iap.web":                          "accessviaiap",
		"iap.tunnelinstances":              "accessviaiap",
		"iap.tunneldestgroups":             "accessviaiap",
		"compute.instances":                "oslogin osadminlogin",
		"artifactregistry.repositories":    "uploadartifacts downloadartifacts deleteartifacts readviavirtualrepository",
		"aiplatform.endpoints":             "predict explain",
		"cloudtasks.tasks":                 "*",
		"healthcare.fhirresources":         "*",
		"healthcare.dicomstores":           "dicomwebread dicomwebwrite dicomwebdelete",
		"healthcare.hl7v2messages":         "*",
		"firebasedatabase.instances":       "get update",
		"documentai.processors":            "processonline processbatch",
		"documentai.processorversions":     "processonline processbatch",
		"dlp.jobs":                         "create cancel delete",
		"cloudsql.instances":               "connect executesql",
		"alloydb.instances":                "connect executesql",
		"redis.clusters":                   "connect",
		"memcache.instances":               "applyparameters",
		"binaryauthorization.attestors":    "verifyimageattested",
		"containeranalysis.occurrences":    "*",
		"servicecontrol":                   "*",
		"servicemanagement.services":       "check report quota",
		"workflows.executions":             "create cancel",
		"eventarc.channels":                "publish",
		"eventarc.messagebuses":            "publish",
		"gkehub.gateway":                   "*",
		"privateca.certificates":           "create createforself",
		"notebooks.instances":              "use",
		"translationhub.portals":           "*",
		"cloudtranslate.generalmodels":     "*",
		"dialogflow.sessions":              "*",
		"retail.userevents":                "*",
		"discoveryengine.userevents":       "*",
		"discoveryengine.servingconfigs":   "*",
		"managedkafka.clusters":            "connect attachconnectcluster",
		"pubsublite.topics":                "publish subscribe",
		"pubsublite.subscriptions":         "subscribe seek setcursor",
		"visionai.streams":                 "receive send",
		"vpcaccess.connectors":             "use",
		"identitytoolkit.tenants":          "",
		"firebaseauth.users":               "*",
		"firebasecloudmessaging.messages":  "*",
		"cloudmessaging.messages":          "*",
		"recaptchaenterprise.assessments":  "*",
		"datalineage.events":               "*",
		"dataplex.entities":                "",
		"osconfig.guestpolicies":           "",
		"storagetransfer.agentpools":       "report",
		"cloudprofiler.profiles":           "*",
		"clouddebugger.debuggees":          "*",
		"telemetry.traces":                 "write",
		"telemetry.metrics":                "write",
		"telemetry.logs":                   "write",
		"telemetry.consumers":              "*",
		"observability.traces":             "*",
		"dataform.repositories":            "computeaccesstokenstatus",
		"bigtable.authorizedviews":         "readrows mutaterows samplerowkeys",
		"bigtable.materializedviews":       "readrows samplerowkeys",
		"bigtable.logicalviews":            "readrows samplerowkeys",
		"bigquery.rowaccesspolicies":       "getfiltereddata",
		"bigquery.routines":                "",
		"secretmanager.secrets":            "",
		"modelarmor.templates":             "usetosanitizeuserprompt usetosanitizemodelresponse",
		"speech.recognizers":               "recognize",
		"firestore.entities":               "*",
		"appengine.memcache":               "*",
		"cloudbuild.workerpools":           "use",
		"cloudsecurityscanner.crawledurls": "*",
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
	return slices.Contains([]string{
		"iam.serviceaccountkeys.create", "iam.serviceaccounts.getaccesstoken", "iam.serviceaccounts.getopenidtoken",
		"iam.serviceaccounts.signblob", "iam.serviceaccounts.signjwt", "iam.serviceaccounts.implicitdelegation",
		"secretmanager.versions.access", "storage.hmackeys.create", "apikeys.keys.getkeystring", "apikeys.keys.create",
		"apikeys.keys.regenerate", "container.clusters.getcredentials", "container.secrets.get", "container.secrets.list",
		"container.secrets.watch", "container.serviceaccounts.createtoken", "cloudsql.sslcerts.create", "redis.instances.getauthstring",
		"redis.clusters.getauthstring", "cloudsql.users.create", "cloudsql.users.update", "compute.instances.setmetadata",
		"compute.projects.setcommoninstancemetadata", "iam.oauthclientcredentials.create", "iam.googleapis.com/oauthclientcredentials.create",
		"memcache.instances.getauthstring", "integrations.apigeeauthconfigs.get", "parametermanager.parameterversions.render",
		"sourcerepo.projects.updateconfig", "cloudbuild.connections.fetchgitrefs", "firebaseauth.configs.gethashconfig",
		"identitytoolkit.tenants.getsecret", "firebaseauth.configs.getsecret", "certificatemanager.certs.getprivatekey",
	}, p.name)
}

// handsOutData: content rather than what describes it.
func (p permission) handsOutData() bool {
	if slices.Contains([]string{
		"cloudkms.cryptokeyversions.usetodecrypt", "cloudkms.cryptokeyversions.usetodecryptviadelegation", "cloudsql.instances.export",
		"cloudsql.instances.connect", "cloudsql.instances.login", "cloudsql.instances.executesql", "cloudsql.backupruns.export",
		"spanner.databases.select", "spanner.databases.read", "spanner.backups.restoredatabase", "bigtable.tables.readrows",
		"bigtable.authorizedviews.readrows", "bigtable.materializedviews.readrows", "bigtable.logicalviews.readrows",
		"datastore.entities.list", "datastore.databases.export", "datastore.backups.restoredatabase", "firebasedatabase.instances.get",
		"logging.logentries.list", "logging.privatelogentries.list", "logging.views.access", "artifactregistry.repositories.downloadartifacts",
		"artifactregistry.files.download", "compute.disks.createsnapshot", "compute.disks.usereadonly", "compute.snapshots.usereadonly",
		"compute.images.usereadonly", "compute.machineimages.usereadonly", "compute.packetmirrorings.create", "compute.instances.getguestattributes",
		"container.configmaps.get", "container.configmaps.list", "container.pods.exec", "container.pods.attach", "container.pods.portforward",
		"container.pods.getlogs", "container.pods.proxy", "storage.objects.list", "healthcare.dicomstores.dicomwebread",
		"healthcare.dicomstores.export", "healthcare.fhirstores.export", "healthcare.hl7v2messages.get", "healthcare.fhirresources.get",
		"healthcare.fhirstores.searchresources", "alloydb.instances.connect", "alloydb.instances.executesql", "alloydb.clusters.export",
		"redis.instances.export", "redis.clusters.connect", "dlp.jobs.create", "firebaseauth.users.get", "gmail.messages.get",
		"sourcerepo.source.get", "cloudfunctions.functions.sourcecodeget", "cloudtasks.tasks.fullview", "datafusion.instances.runtime",
		"managedkafka.clusters.connect", "pubsublite.topics.subscribe", "pubsublite.subscriptions.subscribe", "bigquery.readsessions.getdata",
		"bigquery.tables.createsnapshot", "run.executions.exporttospreadsheet", "discoveryengine.documents.get",
	}, p.name) {
		return p.name != "storage.objects.list"
	}
	return p.service == "storage" && p.verb == "get" && p.things == "objects"
}

// escalates: what lets someone widen their own permissions, by granting them or
// by running code as an identity that has more.
func (p permission) escalates() bool {
	switch p.name {
	case "iam.serviceaccountkeys.create", "iam.serviceaccounts.implicitdelegation", "iam.roles.create", "iam.roles.update", "iam.roles.undelete",
		"resourcemanager.folders.setiampolicy", "resourcemanager.organizations.setiampolicy", "resourcemanager.projects.setiampolicy",
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
		"container.clusters.getcredentials", "serviceusage.apikeys.create", "apikeys.keys.create", "storage.hmackeys.create",
		"config.deployments.create", "config.deployments.update", "workflows.workflows.create", "workflows.workflows.update",
		"privilegedaccessmanager.entitlements.create", "privilegedaccessmanager.entitlements.update",
		"privilegedaccessmanager.entitlements.setiampolicy", "iam.googleapis.com/workloadidentitypools.create",
		"iam.googleapis.com/workloadidentitypoolproviders.create", "iam.googleapis.com/workloadidentitypoolproviders.update",
		"iam.googleapis.com/workforcepoolproviders.create", "iam.googleapis.com/workforcepoolproviders.update",
		"run.services.setiampolicy", "cloudfunctions.functions.setiampolicy", "iam.serviceaccounts.setiampolicy",
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
