package gcp

import (
	"iter"
	"strings"
)

// workloadAssets yields functions and instances.
func (o *Organization) workloadAssets() iter.Seq[object] {
	return func(yield func(object) bool) {
		for i := range o.functions {
			w := o.function(i)
			if !yield(asset(w.full, "cloudfunctions.googleapis.com/Function", object{
				"name": strings.TrimPrefix(w.full, "//cloudfunctions.googleapis.com/"), "environment": "GEN_2", "state": "ACTIVE", "labels": w.labels,
				"createTime": stamp(w.as.created), "buildConfig": object{"runtime": "python313", "entryPoint": "main"},
				"serviceConfig": object{"serviceAccountEmail": w.as.email, "timeoutSeconds": 60},
			}, w.as.home.ancestors())) {
				return
			}
		}
		for i := range o.instances {
			w := o.instance(i)
			if !yield(asset(w.full, "compute.googleapis.com/Instance", instance(w), w.as.home.ancestors())) {
				return
			}
		}
	}
}

func instance(w *workload) object {
	tags := []string{w.as.team}
	if w.index%7 == 0 {
		tags = append(tags, "quick-fix")
	}
	return object{
		"name": w.name, "selfLink": link(w.full), "status": "RUNNING", "machineType": "e2-standard-2", "labels": w.labels,
		"creationTimestamp": stamp(w.as.created), "tags": object{"items": tags},
		"networkInterfaces": []object{{"name": "nic0", "network": network(w.as.home)}},
		"serviceAccounts":   []object{{"email": w.as.email, "scopes": []string{"https://www.googleapis.com/auth/cloud-platform"}}},
	}
}

// link returns the address of a resource of Compute Engine.
func link(full string) string {
	return "https://www.googleapis.com/compute/v1/" + strings.TrimPrefix(full, "//compute.googleapis.com/")
}

func network(p *project) string {
	return "https://www.googleapis.com/compute/v1/" + p.ref() + "/global/networks/main"
}
