package gcp

import (
	"slices"
	"strings"

	"github.com/leastward/leastward/internal/entitlement"
)

// placeResources gives resources to their projects.
func (a *assembly) placeResources() {
	withPolicy := map[string]bool{}
	for _, p := range a.policies {
		withPolicy[a.name(p.name)] = true
	}
	seen := map[string]bool{}
	for _, raw := range a.order {
		r := a.resources[raw]
		name := a.name(raw)
		ref := a.place(raw)
		s := a.systems[ref]
		switch {
		case seen[name] || r.src.rejected != "":
			continue
		case ref == "":
			a.reject(r.src, NoProject, "nothing tells which project %s is in: it is left out; export assets with their ancestors, "+
				"or add \"projectNumber\"", name)
			continue
		case s == nil:
			continue // Of a folder or an organization; what its policy grants is reported.
		}
		seen[name] = true
		r.ID = entitlement.ResourceID(name)
		if r.Type == bucketType {
			r.PolicyUnknown = !withPolicy[name]
			a.prevent(s, r.Bucket)
		}
		s.inv.Resources = append(s.inv.Resources, r.Resource)
	}
	for _, s := range a.systems {
		slices.SortFunc(s.inv.Resources, func(x, y entitlement.Resource) int { return strings.Compare(string(x.ID), string(y.ID)) })
	}
}

// placeFirewalls gives firewall rules to their projects, with the instances
// that they are for.
func (a *assembly) placeFirewalls() {
	inside := a.byNetwork()
	seen := map[string]bool{}
	for _, f := range a.firewalls {
		name := a.name(string(f.ID))
		s := a.systems[a.place(name)]
		switch {
		case s == nil:
			a.reject(f.src, NoProject, "nothing tells which project %s is in: it is left out; export it with its full name", name)
			continue
		case seen[name]:
			continue
		}
		seen[name] = true
		g := f.SecurityGroup
		g.ID, g.Network = entitlement.ResourceID(name), a.name(g.Network)
		for id, m := range inside[g.Network] {
			if f.covers(m) {
				g.Instances = append(g.Instances, entitlement.IdentityID(id))
			}
		}
		slices.Sort(g.Instances)
		s.inv.SecurityGroups = append(s.inv.SecurityGroups, g)
	}
	for _, s := range a.systems {
		slices.SortFunc(s.inv.SecurityGroups, func(x, y entitlement.SecurityGroup) int { return strings.Compare(string(x.ID), string(y.ID)) })
	}
}

// byNetwork returns the instances of each network.
func (a *assembly) byNetwork() map[string]map[string]*machine {
	of := map[string]map[string]*machine{}
	for id, m := range a.machines {
		for _, network := range m.networks {
			network = a.name(network)
			if of[network] == nil {
				of[network] = map[string]*machine{}
			}
			of[network][a.name(id)] = m
		}
	}
	return of
}

// placeWorkloads makes identities of functions and instances.
func (a *assembly) placeWorkloads() {
	for _, w := range a.workloads {
		name := a.name(w.name)
		s := a.systems[a.place(w.name)]
		if s == nil {
			a.reject(w.src, NoProject, "nothing tells which project %s is in: it is left out; export it with its full name", name)
			continue
		}
		if strings.HasPrefix(name, "//run.googleapis.com/") && (a.runs[runKey(name)] || a.runs[runKey(w.name)]) {
			continue // The service that carries a function, which is there itself.
		}
		id := s.upsert(entitlement.IdentityID(name))
		id.Kind, id.Name, id.Tags, id.Created = w.kind, w.title, w.tags, w.created
		id.RunsAs = entitlement.IdentityID(a.runsAs(s, w))
	}
}

// runsAs returns the service account of a workload: where none is named the
// default one.
// https://cloud.google.com/functions/docs/securing/function-identity,
// https://cloud.google.com/run/docs/securing/service-identity
func (a *assembly) runsAs(s *system, w *workload) string {
	switch {
	case w.runsAs != "" || w.nobody:
		return w.runsAs
	case !w.compute:
		return appEngineAccount(string(s.inv.System.ID))
	case s.node.number != "":
		return s.node.number + "-compute@developer.gserviceaccount.com"
	}
	s.problem(Incomplete, w.name, "runs as the default service account of Compute Engine, whose address has the project's number, "+
		"which is not known; add the answer of gcloud projects describe")
	return ""
}

func appEngineAccount(project string) string {
	if domain, id, ok := strings.Cut(project, ":"); ok {
		project = id + "." + domain
	}
	return project + "@appspot.gserviceaccount.com"
}

func (s *system) upsert(id entitlement.IdentityID) *entitlement.Identity {
	i, ok := s.index[id]
	if !ok {
		i = len(s.inv.Identities)
		s.index[id] = i
		s.inv.Identities = append(s.inv.Identities, entitlement.Identity{ID: id, System: s.inv.System.ID})
	}
	return &s.inv.Identities[i]
}
