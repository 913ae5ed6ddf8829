package trace

import (
	"strings"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/entitlement"
)

// spokenCall returns a call as sentences name it: its service and its name,
// without what either says of the other.
func spokenCall(ev *auditlog.Event) string {
	from, name := service(ev.Source), callName(ev.Name)
	switch ev.Cloud {
	case entitlement.Azure:
		if provider, rest, ok := strings.Cut(name, "/"); ok && strings.EqualFold(provider, from) {
			name = rest
		}
	case entitlement.GCP:
		if _, rest, ok := strings.Cut("."+ev.Name, "."+from+"."); ok && from != "" && !strings.HasPrefix(ev.Name, "google.") {
			name = rest // "v1.compute.instances.insert".
		} else if strings.HasPrefix(ev.Name, "google.") {
			name = ev.Name[strings.LastIndexByte(ev.Name, '.')+1:]
		}
	case entitlement.AWS, entitlement.Platform:
	}
	return from + ":" + name
}

// typeElsewhere returns what a resource id of Azure or a full resource name of
// Google Cloud names, by the recorded type or by the part before the name:
// "storage account", "bucket".
func typeElsewhere(id, recorded string) string {
	if i := strings.LastIndexByte(recorded, '/'); i >= 0 {
		return singular(apart(recorded[i+1:]))
	}
	if strings.HasPrefix(id, "//storage.googleapis.com/") {
		return "bucket"
	}
	parts := strings.Split(strings.Trim(id, "/"), "/")
	if n := len(parts); n > 3 && strings.HasSuffix(strings.ToLower(parts[n-2]), "versions") {
		parts = parts[:n-2]
	}
	if len(parts) < 3 {
		return ""
	}
	return singular(apart(parts[len(parts)-2]))
}

// singular leaves the ending of a plural out of the name of a collection.
func singular(s string) string {
	switch {
	case strings.HasSuffix(s, "ies"):
		return s[:len(s)-3] + "y"
	case strings.HasSuffix(s, "sses"), strings.HasSuffix(s, "xes"):
		return s[:len(s)-2]
	case strings.HasSuffix(s, "s") && !strings.HasSuffix(s, "ss"):
		return s[:len(s)-1]
	}
	return s
}

// nameElsewhere returns the last part of a resource id or full resource name; of
// a version of a secret or a key what it is a version of.
func nameElsewhere(id string) string {
	parts := strings.Split(strings.Trim(id, "/"), "/")
	if n := len(parts); n > 3 && strings.HasSuffix(strings.ToLower(parts[n-2]), "versions") {
		parts = parts[:n-2]
	}
	return parts[len(parts)-1]
}

// principalType tells what an id of Azure or Google Cloud is by its form.
func principalType(id string) string {
	switch {
	case isAccount(id):
		return "service account"
	case strings.HasPrefix(id, "principal://"):
		return "federated identity"
	case entitlement.IsGUID(id):
		return "" // A user, an application or a managed identity.
	}
	return "user"
}
