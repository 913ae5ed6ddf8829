package web

import (
	"net/http"
	"slices"

	"github.com/leastward/leastward/exporter/internal/collector"
	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/internal/entitlement"
)

// systems answers with the systems that the caller may see.
func (s *server) systems(w http.ResponseWriter, _ *http.Request, v *view) {
	out := api.Systems{
		Now: s.Now().UTC(), Version: s.Version,
		Caller:   api.SystemCaller{Name: v.caller.Name, Role: string(v.caller.Role), All: v.caller.Systems() == nil},
		Systems:  make([]api.SystemInfo, 0, len(v.results)),
		Folders:  []string{},
		Catalogs: map[entitlement.Cloud]string{},
		Audit:    s.Audit != nil,
	}
	for _, r := range v.results {
		if assessor := s.Assessors().Of(r.System.Cloud); assessor != nil {
			out.Catalogs[r.System.Cloud] = assessor.Catalog().Version()
		}
		out.Systems = append(out.Systems, s.info(r))
		out.Folders = append(out.Folders, r.System.Folders...)
	}
	out.Onboarding = s.onboarding(v)
	slices.Sort(out.Folders)
	out.Folders = slices.Compact(out.Folders)
	answer(w, out)
}

// onboarding tells the state of the systems that the caller may see.
func (s *server) onboarding(v *view) []api.SystemOnboarding {
	if s.Onboarding == nil {
		return nil
	}
	var list []api.SystemOnboarding
	for _, one := range s.Onboarding() {
		if !v.caller.Sees(one.System.ID) {
			continue
		}
		o := api.SystemOnboarding{Cloud: one.System.Cloud, ID: one.System.ID, Name: one.System.Name, State: string(one.State), Reason: one.Reason}
		for _, above := range one.Ancestors {
			o.Ancestors = append(o.Ancestors, above.Name)
		}
		list = append(list, o)
	}
	return list
}

func (s *server) info(r *collector.Result) api.SystemInfo {
	info := api.SystemInfo{
		Cloud: r.System.Cloud, ID: r.System.ID, Name: r.System.Name, Owner: r.System.Owner, Folders: r.System.Folders,
		State: r.State(), LastCollected: r.Succeeded,
	}
	if a := r.Assessment; a != nil {
		pci := a.Sum.PCI()
		info.PCI, info.Band = &pci, string(s.Assessors().Band(pci))
		info.Identities, info.Findings, info.Problems = len(a.Identities), len(a.Findings), len(a.Problems)
	}
	return info
}
