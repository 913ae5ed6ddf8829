package asked

import (
	"github.com/leastward/leastward/exporter/internal/ask"
	"github.com/leastward/leastward/exporter/internal/tables"
	"github.com/leastward/leastward/internal/entitlement"
)

// resourceOf returns the resource that a question is about: "*" stands for the
// system that is chosen, where it is the only one of the action's cloud. Of AWS
// it stays what policies mean by it.
func resourceOf(q *tables.Question, action, resource string) string {
	if resource != "*" {
		return resource
	}
	cloud, only := ask.CloudOf(action), ""
	for _, r := range q.Results {
		if r.System.Cloud != cloud {
			continue
		}
		if only != "" {
			return resource
		}
		only = scopeOf(r.System)
	}
	if only == "" {
		return resource
	}
	return only
}

// scopeOf returns the id of a system as a resource; "" where its cloud has none.
func scopeOf(s entitlement.System) string {
	switch s.Cloud {
	case entitlement.Azure:
		return "/subscriptions/" + string(s.ID)
	case entitlement.GCP:
		return "//cloudresourcemanager.googleapis.com/projects/" + string(s.ID)
	case entitlement.AWS, entitlement.Platform:
	}
	return ""
}
