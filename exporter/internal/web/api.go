package web

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/leastward/leastward/exporter/internal/collector"
	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/internal/assess"
	"github.com/leastward/leastward/internal/entitlement"
)

// finding answers with one finding as the last collection reports it.
func (s *server) finding(w http.ResponseWriter, r *http.Request, v *view) {
	id := r.PathValue("id")
	for _, result := range v.results {
		if result.Assessment == nil {
			continue
		}
		for i := range result.Assessment.Findings {
			if f := &result.Assessment.Findings[i]; f.ID == id {
				answer(w, wire(f, result.Assessment))
				return
			}
		}
	}
	absent(w, v, "the last collection does not report finding "+id)
}

// absent answers that something is not there. That is only known where every
// system of the same snapshot that the caller may see has an assessment.
func absent(w http.ResponseWriter, v *view, message string) {
	if slices.ContainsFunc(v.results, func(r *collector.Result) bool { return r.Assessment == nil }) {
		fail(w, http.StatusServiceUnavailable, "not every system was read yet; ask again")
		return
	}
	fail(w, http.StatusNotFound, message)
}

func wire(f *entitlement.Finding, a *assess.Assessment) api.Finding {
	out := api.Finding{
		ID: f.ID, Category: f.Category, System: f.System, Identity: f.Identity, Resource: f.Resource,
		Granted: f.Granted, Used: f.Used, LastActive: f.LastActive, Covered: f.Covered,
	}
	out.Exempt = f.Category == entitlement.ExcludedFromReports
	if one := find(a, f.Identity); one != nil {
		out.Exempt = one.Exempt(entitlement.TagExcludeFromReports)
	}
	for _, e := range f.Evidence {
		out.Evidence = append(out.Evidence, api.Evidence(e))
	}
	return out
}

func find(a *assess.Assessment, id entitlement.IdentityID) *assess.Identity {
	i, ok := slices.BinarySearchFunc(a.Identities, id, func(one assess.Identity, id entitlement.IdentityID) int {
		return cmp.Compare(one.ID, id)
	})
	if !ok {
		return nil
	}
	return &a.Identities[i]
}

// denied answers with the calls of an identity that were refused.
func (s *server) denied(w http.ResponseWriter, r *http.Request, v *view) {
	since, err := time.Parse(time.RFC3339, r.URL.Query().Get("since"))
	if err != nil {
		fail(w, http.StatusBadRequest, "since: give a time such as 2026-01-31T00:00:00Z")
		return
	}
	id := entitlement.IdentityID(r.PathValue("id"))
	switch known := knowing(v, id); len(known) {
	case 0:
		absent(w, v, "no system has the identity "+string(id))
	case 1:
		answer(w, s.denials(find(known[0].Assessment, id), known[0], since))
	default: // What was refused in one is not what was refused in another.
		fail(w, http.StatusBadRequest, fmt.Sprintf("system: %d systems have the identity %s; give one of %s", len(known), id, names(known)))
	}
}

// knowing returns the systems that have an identity: on Azure and Google Cloud
// several may.
func knowing(v *view, id entitlement.IdentityID) (list []*collector.Result) {
	for _, result := range v.results {
		if result.Assessment != nil && find(result.Assessment, id) != nil {
			list = append(list, result)
		}
	}
	return list
}

// names lists some ids of systems.
func names(list []*collector.Result) string {
	const most = 10
	var ids []string
	for _, r := range list[:min(most, len(list))] {
		ids = append(ids, string(r.System.ID))
	}
	if len(list) > most {
		ids = append(ids, "…")
	}
	return strings.Join(ids, ", ")
}

func (s *server) denials(one *assess.Identity, result *collector.Result, since time.Time) api.Denials {
	out := api.Denials{Identity: one.ID, Since: since, Until: result.Assessment.At, Denied: []api.Denial{}}
	cat := result.Assessment.Catalog
	add := func(action entitlement.Action, use entitlement.ActionUse) {
		if use.Denied > 0 && !use.LastDenied.Before(since) {
			out.Denied = append(out.Denied, api.Denial{
				Action: action, Count: int(use.Denied), Last: use.LastDenied,
			})
		}
	}
	for index, use := range one.Usage.Actions {
		add(cat.Info(index).Action, use)
	}
	for action, use := range one.Usage.Literal {
		add(action, use)
	}
	slices.SortFunc(out.Denied, func(a, b api.Denial) int { return cmp.Compare(a.Action, b.Action) })
	return out
}
