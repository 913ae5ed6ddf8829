package entitle

import (
	"strings"

	"github.com/leastward/leastward/internal/entitlement"
)

// ofARNs reports whether resources are named by ARNs.
func (k *kinds) ofARNs() bool {
	return k.catalog.Cloud() != entitlement.Azure && k.catalog.Cloud() != entitlement.GCP
}

// byType gathers the actions of Azure and Google Cloud by the type that is part
// of their names.
func (k *kinds) byType() {
	for i := range k.catalog.Len() {
		for _, name := range k.catalog.Info(i).ResourceTypes {
			name = strings.ToLower(name)
			if k.actions[name] == nil {
				k.actions[name] = entitlement.NewActionSet(k.catalog.Len())
			}
			k.actions[name].Add(i)
		}
	}
}

// on returns the actions on resources of a type.
func (k *kinds) on(kind string) entitlement.ActionSet {
	if k.ofARNs() {
		return k.actions[kind]
	}
	if set, ok := k.actions[strings.ToLower(kind)]; ok {
		return set
	}
	for _, name := range collections(kind) {
		if set, ok := k.actions[name]; ok {
			return set
		}
	}
	return nil
}

// collections are the names that permissions of Google Cloud may have for assets
// of a type: "storage.buckets" for "storage.googleapis.com/Bucket". See
// https://cloud.google.com/asset-inventory/docs/asset-types.
func collections(kind string) []string {
	host, name, ok := strings.Cut(kind, "/")
	service, google := strings.CutSuffix(strings.ToLower(host), ".googleapis.com")
	if !ok || !google {
		return nil
	}
	name = service + "." + strings.ToLower(name)
	list := []string{name + "s", name + "es"}
	if stem, y := strings.CutSuffix(name, "y"); y {
		list = append(list, stem+"ies")
	}
	return list
}

// typeOf returns the type of a resource that only an event names: on Azure its
// id says it, on Google Cloud only that of a bucket or a project does. See
// https://learn.microsoft.com/azure/azure-resource-manager/management/resource-providers-and-types
// and https://cloud.google.com/asset-inventory/docs/asset-names.
func typeOf(id entitlement.ResourceID) string {
	if rest, ok := strings.CutPrefix(string(id), "//"); ok {
		host, path, _ := strings.Cut(rest, "/")
		switch {
		case host == "storage.googleapis.com" && path != "" && !strings.Contains(path, "/"):
			return "storage.googleapis.com/Bucket"
		case host == "cloudresourcemanager.googleapis.com" && strings.HasPrefix(path, "projects/"):
			return "cloudresourcemanager.googleapis.com/Project"
		}
		return ""
	}
	return armType(strings.Split(strings.Trim(string(id), "/"), "/"))
}

// armType returns the type that the segments of an id of Azure name: what is
// below the last resource provider, or the scope itself.
func armType(parts []string) string {
	for i := len(parts) - 2; i >= 0; i-- {
		if !strings.EqualFold(parts[i], "providers") {
			continue
		}
		kind := []string{parts[i+1]}
		for n := i + 2; n < len(parts); n += 2 {
			kind = append(kind, parts[n])
		}
		return strings.Join(kind, "/")
	}
	switch {
	case len(parts) == 4 && strings.EqualFold(parts[2], "resourceGroups"):
		return "Microsoft.Resources/subscriptions/resourceGroups"
	case len(parts) == 2 && strings.EqualFold(parts[0], "subscriptions"):
		return "Microsoft.Resources/subscriptions"
	}
	return ""
}

// service is what the names of the actions on a resource begin with: on AWS and
// Google Cloud the service, on Azure the resource provider.
func (k *kinds) service(kind string, id entitlement.ResourceID) string {
	if !k.ofARNs() {
		if kind == "" {
			kind, _, _ = strings.Cut(strings.TrimPrefix(string(id), "//"), "/")
		}
		service, _, _ := strings.Cut(kind, "/")
		return strings.TrimSuffix(service, ".googleapis.com")
	}
	if service, _, ok := strings.Cut(kind, ":"); ok {
		return service
	}
	if parts := strings.SplitN(string(id), ":", arnResource+1); len(parts) > arnResource {
		return parts[arnService]
	}
	return ""
}

// lastOf is the last part of an ARN, or of another id.
func lastOf(id entitlement.ResourceID) string {
	if strings.HasPrefix(string(id), "/") {
		return string(id[strings.LastIndexByte(string(id), '/')+1:])
	}
	parts := strings.SplitN(string(id), ":", arnResource+1)
	return parts[len(parts)-1]
}
