package usage

import (
	"strings"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/entitlement"
)

// maxUnmapped bounds the kinds of unmapped calls that are kept.
const maxUnmapped = 1000

func (s *state) noteUnmapped(ev *auditlog.Event) {
	c := call{ev.Source, ev.Name}
	if _, ok := s.unmapped[c]; ok || len(s.unmapped) < maxUnmapped {
		s.unmapped[c]++
	}
}

// noteData notes that data events like this one are being recorded.
func (x *Index) noteData(ev *auditlog.Event) {
	if !ev.DataEvent {
		return
	}
	for _, a := range ev.Actions {
		x.state.addData(ev.System, x.evidence(a))
	}
}

// evidence returns what a data event shows to be recorded: on AWS the service.
// Azure and Google Cloud switch reads and writes on apart, and administrative
// reads apart from those of data, so that an event there shows no more than what
// reads, or what changes, the same type of resource.
// https://learn.microsoft.com/azure/storage/blobs/monitor-blob-storage-reference#resource-logs
// https://cloud.google.com/logging/docs/audit/configure-data-access
func (x *Index) evidence(a entitlement.Action) string {
	i, ok := x.cat.Index(a)
	switch {
	case !ok:
		return serviceOf(a)
	case x.cat.Cloud() == entitlement.AWS:
		return x.cat.Info(i).Service
	}
	return evidenceOf(x.cat.Info(i), x.cat.Cloud())
}

func evidenceOf(info *catalog.Info, cloud entitlement.Cloud) string {
	of := info.Service
	if len(info.ResourceTypes) > 0 {
		of = info.ResourceTypes[0]
	}
	switch {
	case !info.Type.Changes():
		return of + " read"
	case info.Type == catalog.Delete && cloud == entitlement.Azure:
		return of + " delete"
	}
	return of + " write"
}

// serviceOf returns what the name of an action begins with that the catalogue
// doesn't know.
func serviceOf(a entitlement.Action) string {
	if end := strings.IndexAny(string(a), ":/"); end >= 0 {
		return string(a[:end])
	}
	service, _, _ := strings.Cut(string(a), ".")
	return service
}

func (s *state) addData(system entitlement.SystemID, service string) {
	if s.data[system] == nil {
		s.data[system] = map[string]bool{}
	}
	s.data[system][strings.ToLower(service)] = true
}

// RecordsData tells that a system's logs record the data events of services
// ("s3", "Microsoft.Storage", "storage"; without regard to case), whether or not
// one was seen yet.
func (x *Index) RecordsData(system entitlement.SystemID, services ...string) {
	x.mu.Lock()
	defer x.mu.Unlock()
	for _, s := range services {
		x.state.addData(system, s)
	}
}

// Observable returns the actions whose use the logs at hand can show: all that
// are recorded at all, data events only of those services whose data events
// were seen, or were announced by RecordsData, in any system. Data events of
// one bucket are taken for those of all. On Azure and Google Cloud a data event
// that was seen stands for those alone that do the like to the same type of
// resource: reads, writes and deletions are switched on apart.
func (x *Index) Observable() entitlement.ActionSet {
	x.mu.RLock()
	defer x.mu.RUnlock()
	return x.observable(func(service string) bool {
		for _, services := range x.state.data {
			if services[service] {
				return true
			}
		}
		return false
	})
}

// ObservableIn is Observable for one system.
func (x *Index) ObservableIn(system entitlement.SystemID) entitlement.ActionSet {
	x.mu.RLock()
	defer x.mu.RUnlock()
	return x.observable(func(service string) bool { return x.state.data[system][service] })
}

func (x *Index) observable(recorded func(service string) bool) entitlement.ActionSet {
	set := entitlement.NewActionSet(x.cat.Len())
	service, seen := "", false // Of the action before, which mostly is of the same.
	for i := range x.cat.Len() {
		info := x.cat.Info(i)
		if info.DataPlane && info.Service != service {
			service, seen = info.Service, recorded(strings.ToLower(info.Service))
		}
		if !info.Unrecorded && (!info.DataPlane || seen || x.like(info, recorded)) {
			set.Add(i)
		}
	}
	return set
}

// like reports whether events like those of an action were seen.
func (x *Index) like(info *catalog.Info, recorded func(string) bool) bool {
	cloud := x.cat.Cloud()
	return cloud != entitlement.AWS && len(x.state.data) > 0 && recorded(strings.ToLower(evidenceOf(info, cloud)))
}
