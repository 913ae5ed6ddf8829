package ask

import (
	"fmt"
	"strings"

	"github.com/leastward/leastward/exporter/internal/explain"
	"github.com/leastward/leastward/internal/entitlement"
)

// resource returns the full id of a resource. "" and "*" are the system, where
// there is one alone; a system's id or name is that system, "projects/p" is the
// project p.
func (s *rolesSide) resource(given string) (entitlement.ResourceID, error) {
	switch {
	case given == "" || given == "*":
		return s.only()
	case strings.HasPrefix(given, "//") || s.cloud == entitlement.Azure && strings.HasPrefix(given, "/"):
		return entitlement.ResourceID(given), nil
	}
	if id := s.systemCalled(given); id != "" {
		return id, nil
	}
	sort, name, two := strings.Cut(given, "/")
	switch {
	case s.cloud != entitlement.GCP:
	case two && name != "" && !strings.Contains(name, "/") && (sort == "projects" || sort == "folders" || sort == "organizations"):
		return entitlement.ResourceID("//cloudresourcemanager.googleapis.com/" + given), nil
	case shortName(given): // The evaluator completes it.
		return entitlement.ResourceID(given), nil
	}
	return "", fmt.Errorf("%q is no resource; give %s", given, s.wantedResource())
}

func (s *rolesSide) wantedResource() string {
	if s.cloud == entitlement.Azure {
		return `an ARM id such as "/subscriptions/…/resourceGroups/…", or the id of a subscription`
	}
	return `a full resource name such as "//storage.googleapis.com/bucket", or "projects/…", "gs://bucket/object", the address of a service account`
}

// shortName reports whether a resource of Google Cloud is named as people and
// logs name it: gs://bucket/object, the address of a service account, or
// relative to its service.
func shortName(given string) bool {
	rest, bucket := strings.CutPrefix(given, "gs://")
	name, project := strings.CutPrefix(given, "projects/")
	return bucket && strings.Trim(rest, "/") != "" || project && strings.Trim(name, "/") != "" ||
		!strings.Contains(given, "/") && strings.Contains(given, "@") && strings.HasSuffix(strings.ToLower(given), "gserviceaccount.com")
}

// only returns the only system.
func (s *rolesSide) only() (entitlement.ResourceID, error) {
	if len(s.systems) == 1 {
		return explain.SystemScope(s.systems[0].Inventory().System), nil
	}
	var list []string
	for _, one := range s.systems {
		list = append(list, string(explain.SystemScope(one.Inventory().System)))
	}
	return "", fmt.Errorf("is not said, and there are %d %ss: %s; give one of these, or something in one", len(list), Noun(s.cloud), some(list))
}

// systemCalled returns the scope of the system that has an id, a number or, alone
// of all, a name; "" if there is none.
func (s *rolesSide) systemCalled(name string) entitlement.ResourceID {
	var named []entitlement.System
	for _, one := range s.systems {
		system := one.Inventory().System
		if strings.EqualFold(string(system.ID), name) || system.Number == name {
			return explain.SystemScope(system)
		}
		if strings.EqualFold(system.Name, name) {
			named = append(named, system)
		}
	}
	if len(named) == 1 {
		return explain.SystemScope(named[0])
	}
	return ""
}
