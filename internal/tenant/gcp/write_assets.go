package gcp

import (
	"iter"
	"slices"
	"strings"

	"github.com/leastward/leastward/internal/tenant/files"
)

// writeAssets writes the resources as `gcloud asset export
// --content-type=resource` does.
// See https://cloud.google.com/asset-inventory/docs/reference/rest/v1/Asset.
func (o *Organization) writeAssets(create files.Create) error {
	return files.Lines(create, entitlements+"assets-resource.ndjson", func(yield func(object) bool) {
		for _, list := range []iter.Seq[object]{o.containers(), o.accountAssets(), o.workloadAssets(), o.thingAssets()} {
			for one := range list {
				if !yield(one) {
					return
				}
			}
		}
	})
}

func asset(name, typ string, data object, ancestors []string) object {
	return object{
		"name": name, "assetType": typ, "ancestors": ancestors,
		"resource": object{"version": "v1", "discoveryName": typ[strings.LastIndexByte(typ, '/')+1:], "parent": manager + ancestors[0], "data": data},
	}
}

// containers yields the organization, its folders, projects and custom role.
func (o *Organization) containers() iter.Seq[object] {
	var list []object
	add := func(name, typ string, data object, ancestors ...string) {
		list = append(list, asset(name, typ, data, ancestors))
	}
	add(manager+organization, "cloudresourcemanager.googleapis.com/Organization",
		object{"name": organization, "displayName": domain, "directoryCustomerId": customer, "state": "ACTIVE"}, organization)
	seen := map[string]bool{}
	for _, p := range o.projects {
		if f := p.folder; !seen[f.ref] {
			seen[f.ref] = true
			add(manager+f.ref, "cloudresourcemanager.googleapis.com/Folder",
				object{"name": f.ref, "displayName": f.name, "parent": organization, "state": "ACTIVE"}, f.ref, organization)
		}
		add(p.full(), "cloudresourcemanager.googleapis.com/Project", object{
			"projectId": p.id, "projectNumber": p.number, "name": p.name, "lifecycleState": "ACTIVE", "createTime": "2021-03-04T05:06:07.000Z",
			"labels": object{"environment": p.env}, "parent": object{"type": "folder", "id": strings.TrimPrefix(p.folder.ref, "folders/")},
		}, p.ancestors()...)
		add("//compute.googleapis.com/"+p.ref(), "compute.googleapis.com/Project", object{
			"name": p.id, "id": p.number, "defaultServiceAccount": p.computeDefault(), "commonInstanceMetadata": object{"items": []object{{"key": "enable-oslogin", "value": "TRUE"}}},
		}, p.ancestors()...)
	}
	add("//iam.googleapis.com/"+organization+"/roles/releaseOperator", "iam.googleapis.com/Role", object{
		"name": organization + "/roles/releaseOperator", "title": "Release Operator", "description": "Releases functions and services, as who they run.",
		"stage": "GA", "includedPermissions": []string{
			"cloudfunctions.functions.get", "cloudfunctions.functions.update", "cloudfunctions.operations.get", "run.services.get", "run.services.update",
		},
	}, organization)
	return slices.Values(list)
}

// accountAssets yields service accounts with their keys.
func (o *Organization) accountAssets() iter.Seq[object] {
	return func(yield func(object) bool) {
		for _, p := range o.projects {
			for i, name := range chain() {
				x := &identity{email: p.account(name), unique: p.number + "00" + string(rune('1'+i)), name: name, home: p}
				if name == provisioner {
					x.keys = []key{o.forgottenKey(p)}
				}
				if !yieldAccount(yield, x) {
					return
				}
			}
			for i, email := range []string{p.computeDefault(), p.appEngine()} {
				x := &identity{email: email, unique: p.number + "01" + string(rune('1'+i)), home: p, name: [...]string{"Compute Engine default service account", "App Engine default service account"}[i]}
				if !yieldAccount(yield, x) {
					return
				}
			}
		}
		for i := range o.accounts {
			if !yieldAccount(yield, o.account(i)) {
				return
			}
		}
	}
}

// forgottenKey is the key of the forgotten administrator: three years old, never
// used, known to Google.
func (o *Organization) forgottenKey(p *project) key {
	return key{
		id: strings.ReplaceAll(o.opts.Seed.UUID("forgotten"+p.id, 0, 0), "-", "") + "00000000", created: o.opts.Until.AddDate(-3, 0, 0),
		until: o.opts.Until.AddDate(20, 0, 0), recorded: true,
	}
}

func yieldAccount(yield func(object) bool, x *identity) bool {
	at := "projects/" + x.home.id + "/serviceAccounts/"
	if !yield(asset("//iam.googleapis.com/"+at+x.unique, "iam.googleapis.com/ServiceAccount", object{
		"name": at + x.email, "projectId": x.home.id, "uniqueId": x.unique, "email": x.email, "displayName": x.name, "oauth2ClientId": x.unique,
	}, x.home.ancestors())) {
		return false
	}
	for _, k := range x.keys {
		if !yield(asset("//iam.googleapis.com/"+at+x.email+"/keys/"+k.id, "iam.googleapis.com/ServiceAccountKey", object{
			"name": at + x.email + "/keys/" + k.id, "keyType": "USER_MANAGED", "keyOrigin": "GOOGLE_PROVIDED", "keyAlgorithm": "KEY_ALG_RSA_2048",
			"validAfterTime": stamp(k.created), "validBeforeTime": stamp(k.until), "disabled": k.disabled,
		}, x.home.ancestors())) {
			return false
		}
	}
	return true
}
