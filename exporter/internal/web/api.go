package web

import (
	"cmp"
	"net/http"
	"slices"
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
	for _, result := range v.results {
		if result.Assessment == nil {
			continue
		}
		if one := find(result.Assessment, id); one != nil {
			answer(w, s.denials(one, result, since))
			return
		}
	}
	absent(w, v, "no system has the identity "+string(id))
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
