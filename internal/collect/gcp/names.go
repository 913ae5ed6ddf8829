package gcp

import (
	"net/url"
	"strings"
)

// The beginning of full resource names of projects, folders and organizations.
// https://cloud.google.com/asset-inventory/docs/resource-name-format
const managerHost = "//cloudresourcemanager.googleapis.com/"

// container reports whether a name such as "projects/p" is that of a project, a
// folder or an organization, and nothing below it.
func container(ref string) bool {
	kind, id, ok := strings.Cut(ref, "/")
	return ok && id != "" && !strings.Contains(id, "/") && (kind == "projects" || kind == "folders" || kind == "organizations")
}

// containerOf returns "projects/p" of a full name such as
// "//cloudresourcemanager.googleapis.com/projects/p", "" for other resources.
func containerOf(full string) string {
	if ref, ok := strings.CutPrefix(full, managerHost); ok && container(ref) {
		return ref
	}
	return ""
}

// fullName returns the full resource name of what an export names: by a full
// name, a name relative to the service of an asset type, a URL of a bucket. It is
// "" where the service cannot be told.
func fullName(name, assetType string) string {
	name = strings.TrimSuffix(name, "/")
	switch {
	case strings.HasPrefix(name, "//storage.googleapis.com/projects/_/buckets/") && strings.Count(name, "/") == 6:
		return "//storage.googleapis.com/" + name[strings.LastIndexByte(name, '/')+1:]
	case strings.HasPrefix(name, "//"):
		return name
	case strings.HasPrefix(name, "gs://"):
		bucket, _, _ := strings.Cut(name[len("gs://"):], "/")
		return "//storage.googleapis.com/" + bucket
	case strings.HasPrefix(name, "https://"):
		return selfLink(name)
	case container(name):
		return managerHost + name
	case strings.HasPrefix(name, "projects/_/buckets/"):
		return fullName("//storage.googleapis.com/"+name, "")
	case strings.HasPrefix(name, "projects/") && strings.Contains(name, "/serviceAccounts/"):
		return "//iam.googleapis.com/" + name
	}
	if service, _, ok := strings.Cut(assetType, "/"); ok && name != "" && !strings.HasPrefix(name, "/") {
		return "//" + service + "/" + name
	}
	return ""
}

// selfLink turns "https://www.googleapis.com/compute/v1/projects/p/…" into a full
// resource name, "" where it is another URL.
func selfLink(link string) string {
	host, path, _ := strings.Cut(strings.TrimPrefix(link, "https://"), "/")
	i := strings.Index(path, "projects/")
	if i < 0 {
		return ""
	}
	if strings.HasPrefix(path, "compute/") {
		host = "compute.googleapis.com"
	}
	return "//" + host + "/" + path[i:]
}

// projectIn returns "projects/p" where a full name is of a resource of that
// project, "" where the name does not tell.
func projectIn(full string) string {
	_, rest, ok := strings.Cut(strings.TrimPrefix(full, "//"), "/projects/")
	if !ok {
		return ""
	}
	id, _, _ := strings.Cut(rest, "/")
	if id == "" || id == "_" || id == "-" {
		return ""
	}
	return "projects/" + id
}

// bucketIn returns the full name of the bucket that something in Cloud Storage
// belongs to, "" for other services.
func bucketIn(full string) string {
	rest, ok := strings.CutPrefix(full, "//storage.googleapis.com/")
	if !ok {
		return ""
	}
	rest = strings.TrimPrefix(rest, "projects/_/buckets/")
	bucket, _, _ := strings.Cut(rest, "/")
	return "//storage.googleapis.com/" + bucket
}

func lastOf(name string) string { return name[strings.LastIndexByte(name, '/')+1:] }

// isNumber reports whether a project is named by its number; ids begin with a
// letter, or with the domain before the colon.
func isNumber(id string) bool { return id != "" && strings.Trim(id, "0123456789") == "" }

// attachment returns the full name of the resource that a deny policy is attached
// to, which stands in the policy's name in URL encoding:
// "policies/cloudresourcemanager.googleapis.com%2Fprojects%2F123/denypolicies/p".
// https://cloud.google.com/iam/docs/deny-overview#attachment-point
func attachment(name string) string {
	rest := name[strings.Index(name, "policies/")+len("policies/"):]
	point, _, ok := strings.Cut(rest, "/denypolicies/")
	if !ok {
		return ""
	}
	plain, err := url.PathUnescape(point)
	if err != nil || !strings.Contains(plain, "/") {
		return ""
	}
	return "//" + strings.TrimPrefix(plain, "//")
}
