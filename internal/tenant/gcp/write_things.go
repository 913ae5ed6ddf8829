package gcp

import (
	"iter"
	"maps"
	"slices"
	"strings"
)

// thingAssets yields buckets and firewall rules.
func (o *Organization) thingAssets() iter.Seq[object] {
	return func(yield func(object) bool) {
		for _, p := range o.projects {
			for _, b := range o.buckets(p) {
				if !yield(asset("//storage.googleapis.com/"+b.name, "storage.googleapis.com/Bucket", b.data(p), p.ancestors())) {
					return
				}
			}
			for _, name := range slices.Sorted(maps.Keys(firewalls())) {
				data := maps.Clone(firewalls()[name])
				data["name"], data["network"], data["direction"], data["priority"] = name, network(p), "INGRESS", 1000
				data["selfLink"] = "https://www.googleapis.com/compute/v1/" + p.ref() + "/global/firewalls/" + name
				if !yield(asset("//compute.googleapis.com/"+p.ref()+"/global/firewalls/"+name, "compute.googleapis.com/Firewall", data, p.ancestors())) {
					return
				}
			}
		}
	}
}

// firewalls are the rules of each project's network; open tells which let in
// the whole internet.
func firewalls() map[string]object {
	tcp := func(ports ...string) []object { return []object{{"IPProtocol": "tcp", "ports": ports}} }
	return map[string]object{
		"internal":  {"sourceRanges": []string{"10.0.0.0/8"}, "allowed": tcp("0-65535")},
		"offices":   {"sourceRanges": []string{"192.0.2.0/24"}, "allowed": tcp("22")},
		"public":    {"sourceRanges": []string{"0.0.0.0/0", "::/0"}, "allowed": tcp("443"), "targetTags": []string{"storefront"}},
		"quick-fix": {"sourceRanges": []string{"0.0.0.0/0"}, "allowed": tcp("22", "3389"), "targetTags": []string{"quick-fix"}},
		"left-over": {"sourceRanges": []string{"0.0.0.0/0"}, "allowed": tcp("22"), "disabled": true},
	}
}

func open() []string { return []string{"public", "quick-fix"} }

func (b bucket) data(p *project) object {
	labels := map[string]string{"owner": b.team}
	if b.exempt {
		labels["ck_exclude_from_reports"] = "true"
	}
	data := object{
		"kind": "storage#bucket", "id": b.name, "name": b.name, "projectNumber": p.number, "location": strings.ToUpper(region(b.team)),
		"storageClass": "STANDARD", "labels": labels, "iamConfiguration": object{
			"publicAccessPrevention": "inherited", "uniformBucketLevelAccess": object{"enabled": !b.lists},
		},
	}
	if b.customerKey {
		data["encryption"] = object{"defaultKmsKeyName": p.ref() + "/locations/" + region(b.team) + "/keyRings/storage/cryptoKeys/" + b.team}
	}
	if b.lists {
		data["acl"] = []object{{"entity": "project-owners-" + p.number, "role": "OWNER"}, {"entity": "project-viewers-" + p.number, "role": "READER"}}
	}
	return data
}
