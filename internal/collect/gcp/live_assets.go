package gcp

import (
	"context"
	"net/url"
)

// assetTypes are those whose resources are read, besides whatever has an allow
// policy of its own: containers, what has to do with access, and what findings
// look at.
// https://cloud.google.com/asset-inventory/docs/asset-types
func assetTypes() []string {
	return []string{
		"cloudresourcemanager.googleapis.com/Organization",
		"cloudresourcemanager.googleapis.com/Folder",
		"cloudresourcemanager.googleapis.com/Project",
		"iam.googleapis.com/Role",
		"iam.googleapis.com/ServiceAccount",
		"iam.googleapis.com/ServiceAccountKey",
		"cloudfunctions.googleapis.com/CloudFunction",
		"cloudfunctions.googleapis.com/Function",
		"run.googleapis.com/Service",
		"run.googleapis.com/Job",
		"compute.googleapis.com/Instance",
		"compute.googleapis.com/Firewall",
		"compute.googleapis.com/Project",
		"storage.googleapis.com/Bucket",
		"bigquery.googleapis.com/Dataset",
		"cloudkms.googleapis.com/CryptoKey",
		"secretmanager.googleapis.com/Secret",
		"sqladmin.googleapis.com/Instance",
	}
}

// assets lists assets of the scope in one content type. A page has as many as
// there may be.
// https://cloud.google.com/asset-inventory/docs/reference/rest/v1/assets/list
func (r *collection) assets(ctx context.Context, op apiMethod, content string, types []string) error {
	query := url.Values{"contentType": {content}, "pageSize": {"1000"}}
	if types != nil {
		query["assetTypes"] = types
	}
	return r.list(ctx, call{op: op, path: "/v1/" + r.options.Scope + "/assets", query: query}, r.options.Scope, "assets")
}

func (r *collection) resources(ctx context.Context) error {
	err := r.assets(ctx, assetsOfResources, "RESOURCE", assetTypes())
	r.fail(ctx, failure{
		code: CodeAssets, subject: r.options.Scope, err: err,
		effect: "resources could not be listed: projects, service accounts, keys and custom roles are read one by one, " +
			"and functions, instances, buckets and firewall rules are not known",
	})
	return err
}

func (r *collection) policies(ctx context.Context) error {
	err := r.assets(ctx, assetsOfPolicies, "IAM_POLICY", nil)
	r.fail(ctx, failure{
		code: CodeAssets, subject: r.options.Scope, err: err,
		effect: "allow policies could not be listed: those of projects, folders and the organization are read one by one, " +
			"and those of resources are not known, so that access may be shown narrower than it is",
	})
	return err
}

// orgPolicies reads what organization policies say, of which one is looked at:
// see [builder.constraints].
func (r *collection) orgPolicies(ctx context.Context) {
	r.fail(ctx, failure{
		code: CodeOrgPolicies, subject: r.options.Scope,
		err: r.assets(ctx, assetsOfRules, "ORG_POLICY", []string{
			"cloudresourcemanager.googleapis.com/Organization", "cloudresourcemanager.googleapis.com/Folder", "cloudresourcemanager.googleapis.com/Project",
		}),
		effect: "organization policies are not known: buckets may be shown as public that public access prevention keeps private",
	})
}

// predefined reads Google's own roles, which may be newer than the catalogue's.
// https://cloud.google.com/iam/docs/reference/rest/v1/roles/list
func (r *collection) predefined(ctx context.Context) {
	q := call{op: roleList, path: "/v1/roles", query: url.Values{"view": {"FULL"}, "pageSize": {"1000"}}}
	r.fail(ctx, failure{
		code: CodeRoles, subject: "roles", err: r.list(ctx, q, "Google Cloud", "roles"),
		effect: "predefined roles could not be listed: their permissions are those of the catalogue, which may be older",
	})
}
