package logsql

import (
	"slices"

	"github.com/leastward/leastward/internal/auditlog/query"
	"github.com/leastward/leastward/internal/entitlement"
)

// places is the filter for clouds and for the systems that stand in every list
// that is not nil. They are the streams of the store, so that it reads nothing
// of the others.
func places(scope, systems *[]entitlement.SystemID, clouds []entitlement.Cloud) string {
	list, bound := intersect(scope, systems)
	if bound && len(list) == 0 {
		return nothing
	}
	tags := ""
	if len(clouds) > 0 {
		tags = "cloud in (" + quoteAll(unique(clouds)) + ")"
	}
	if bound {
		if tags != "" {
			tags += ","
		}
		tags += "system in (" + quoteAll(list) + ")"
	}
	if tags == "" {
		return everything
	}
	return "{" + tags + "}"
}

// intersect returns the systems that every list has, and whether there is one.
func intersect(lists ...*[]entitlement.SystemID) (systems []string, bound bool) {
	for _, list := range lists {
		if list == nil {
			continue
		}
		these := unique(*list)
		if !bound {
			systems, bound = these, true
			continue
		}
		systems = slices.DeleteFunc(systems, func(s string) bool {
			_, found := slices.BinarySearch(these, s)
			return !found
		})
	}
	return systems, bound
}

// asked returns the systems that the query itself names, nil if it names none.
func asked(q *query.Query, o *Options) (*[]entitlement.SystemID, error) {
	if len(q.Systems) == 0 && len(q.Folders) == 0 {
		return nil, nil //nolint:nilnil // No list is no bound.
	}
	systems := slices.Clone(q.Systems)
	if len(q.Folders) > 0 {
		more, err := o.systemsOf(q.Folders)
		if err != nil {
			return nil, &query.Error{Path: "folders", Message: err.Error()}
		}
		systems = append(systems, more...)
	}
	return &systems, nil
}
