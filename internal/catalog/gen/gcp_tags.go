package main

import "strings"

// gcpTags are the letters of the permissions that the data set's tags name
// (iann0036/iam-dataset, gcp/tags.json, MIT), in lower case.
func gcpTags() map[string]string {
	letters := map[string]string{}
	for letter, names := range gcpTagLists() {
		for name := range strings.FieldsSeq(names) {
			letters[name] += letter
		}
	}
	return letters
}

func gcpTagLists() map[string]string {
	return map[string]string{
		"C": `
bigquery.connections.get
cloudfunctions.functions.create
cloudfunctions.functions.sourcecodeset
cloudfunctions.functions.update
compute.instances.create
compute.instances.osadminlogin
iam.serviceaccountkeys.create
`,
		"D": `
appengine.instances.enabledebug
appengine.memcache.get
appengine.memcache.getkey
appengine.memcache.list
bigquery.connections.use
bigquery.models.export
bigquery.models.getdata
bigquery.rowaccesspolicies.getfiltereddata
bigquery.rowaccesspolicies.overridetimetravelrestrictions
bigquery.tables.export
bigquery.tables.getdata
cloudfunctions.functions.call
cloudfunctions.functions.create
cloudfunctions.functions.invoke
cloudfunctions.functions.sourcecodeset
cloudfunctions.functions.update
compute.images.create
compute.instances.getguestattributes
compute.instances.getscreenshot
compute.instances.getserialportoutput
compute.instances.osadminlogin
compute.instances.oslogin
container.deployments.create
container.deployments.update
container.jobs.create
container.jobs.update
container.pods.create
container.replicasets.create
container.replicasets.update
container.services.proxy
container.statefulsets.create
container.statefulsets.update
datastore.entities.get
pubsub.snapshots.seek
pubsub.subscriptions.consume
pubsub.topics.attachsubscription
storage.objects.get
`,
		"P": `
bigquery.connections.setiampolicy
bigquery.datapolicies.setiampolicy
bigquery.datasets.createtagbinding
bigquery.datasets.deletetagbinding
bigquery.datasets.setiampolicy
bigquery.datasets.updatetag
bigquery.rowaccesspolicies.setiampolicy
bigquery.tables.setcategory
bigquery.tables.setiampolicy
bigquery.tables.updatetag
billing.accounts.setiampolicy
cloudbuild.builds.create
cloudbuild.connections.setiampolicy
cloudfunctions.functions.setiampolicy
compute.backendbuckets.addsignedurlkey
compute.backendbuckets.setiampolicy
compute.backendbuckets.setsecuritypolicy
compute.backendbuckets.update
compute.backendservices.addsignedurlkey
compute.backendservices.setiampolicy
compute.backendservices.setsecuritypolicy
compute.backendservices.update
compute.disks.createtagbinding
compute.disks.deletetagbinding
compute.disks.setiampolicy
compute.firewallpolicies.setiampolicy
compute.globalnetworkendpointgroups.setiampolicy
compute.images.createtagbinding
compute.images.deletetagbinding
compute.images.setiampolicy
compute.instances.addaccessconfig
compute.instances.createtagbinding
compute.instances.deletetagbinding
compute.instances.setiampolicy
compute.instances.updateaccessconfig
compute.instances.updatenetworkinterface
compute.instances.use
compute.instances.usereadonly
compute.networkendpointgroups.setiampolicy
container.clusterrolebindings.create
container.clusterrolebindings.update
container.clusterroles.bind
container.clusterroles.escalate
container.clusterroles.update
container.clusters.createtagbinding
container.clusters.deletetagbinding
container.nodes.proxy
container.pods.exec
container.rolebindings.create
container.rolebindings.update
container.roles.bind
container.roles.escalate
container.roles.update
container.secrets.get
container.secrets.list
container.serviceaccounts.createtoken
dns.managedzones.setiampolicy
dns.policies.setiampolicy
domains.registrations.createtagbinding
domains.registrations.deletetagbinding
domains.registrations.setiampolicy
iam.roles.update
iam.serviceaccountkeys.enable
iam.serviceaccounts.actas
iam.serviceaccounts.getaccesstoken
iam.serviceaccounts.getopenidtoken
iam.serviceaccounts.implicitdelegation
iam.serviceaccounts.setiampolicy
iam.serviceaccounts.signblob
iam.serviceaccounts.signjwt
pubsub.schemas.setiampolicy
pubsub.snapshots.setiampolicy
pubsub.subscriptions.setiampolicy
pubsub.topics.setiampolicy
pubsub.topics.updatetag
resourcemanager.projects.setiampolicy
resourcemanager.tagkeys.setiampolicy
resourcemanager.tagvalues.setiampolicy
secretmanager.secrets.setiampolicy
storage.buckets.createtagbinding
storage.buckets.deletetagbinding
storage.buckets.setiampolicy
storage.objects.setiampolicy
`,
	}
}
