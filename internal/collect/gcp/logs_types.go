package gcp

import (
	"strings"
)

// typeOf returns the type that Cloud Asset Inventory has for a resource, "" where
// that is not known.
func (n *normaliser) typeOf(full string) string {
	service, path, _ := strings.Cut(strings.TrimPrefix(full, "//"), "/")
	if service == "storage.googleapis.com" {
		if strings.Contains(path, "/") {
			return "" // An object.
		}
		return bucketType
	}
	parts := strings.Split(path, "/")
	if len(parts) < 2 {
		return ""
	}
	if kind := n.kinds[strings.TrimSuffix(service, ".googleapis.com")+" "+parts[len(parts)-2]]; kind != "" {
		return service + "/" + kind
	}
	return ""
}

// assetKinds returns the kinds of assets that collections of services hold.
// https://cloud.google.com/asset-inventory/docs/asset-types
func assetKinds() map[string]string {
	return map[string]string{
		"cloudresourcemanager projects": "Project", "cloudresourcemanager folders": "Folder",
		"cloudresourcemanager organizations": "Organization",
		"iam serviceAccounts":                "ServiceAccount", "iam keys": "ServiceAccountKey", "iam roles": "Role",
		"compute instances": "Instance", "compute disks": "Disk", "compute networks": "Network",
		"compute subnetworks": "Subnetwork", "compute firewalls": "Firewall", "compute images": "Image",
		"compute snapshots": "Snapshot", "compute addresses": "Address", "compute routes": "Route",
		"compute instanceTemplates": "InstanceTemplate",
		"bigquery datasets":         "Dataset", "bigquery tables": "Table", "bigquery models": "Model", "bigquery routines": "Routine",
		"secretmanager secrets": "Secret", "secretmanager versions": "SecretVersion",
		"cloudkms keyRings": "KeyRing", "cloudkms cryptoKeys": "CryptoKey", "cloudkms cryptoKeyVersions": "CryptoKeyVersion",
		"pubsub topics": "Topic", "pubsub subscriptions": "Subscription", "pubsub snapshots": "Snapshot",
		"cloudfunctions functions": "CloudFunction",
		"run services":             "Service", "run jobs": "Job", "run revisions": "Revision",
		"container clusters": "Cluster", "container nodePools": "NodePool",
		"logging sinks": "LogSink", "logging metrics": "LogMetric", "logging buckets": "LogBucket",
	}
}
