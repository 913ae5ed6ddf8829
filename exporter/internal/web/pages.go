package web

import (
	"bytes"
	"cmp"
	"fmt"
	"html/template"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/leastward/leastward/exporter/internal/collector"
	"github.com/leastward/leastward/exporter/internal/onboard"
	"github.com/leastward/leastward/internal/assess"
	"github.com/leastward/leastward/internal/creep"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/finding"
)

const (
	shownIdentities = 50
	shownExamples   = 5
	shownProblems   = 200
)

// page is what the template shows: the overview, or one system.
type page struct {
	Title   string
	Version string
	Now     time.Time
	Audit   bool // There is an audit store.
	// Troubles are those of the audit store.
	Troubles []string
	Rows     []row
	System   *systemView
}

// row is one system in the overview.
type row struct {
	Cloud                            entitlement.Cloud
	ID                               entitlement.SystemID
	Name, Owner                      string
	Known                            bool // An assessment is there.
	PCI, Lower, Upper, Observability float64
	Band                             creep.Band
	Identities, Findings, Problems   int
	Attempted, Succeeded             time.Time
	Failed                           string
	// State is how far the system has come, Reason why it has not come further.
	State, Reason string
	// Collected tells that the system has a page.
	Collected bool
}

type systemView struct {
	Row          row
	Covered      float64
	Window       string
	Findings     []findingRow
	Worst        []identityRow
	Problems     []entitlement.Problem
	MoreProblems int
}

type findingRow struct {
	Title, Meaning     string
	Count, Total, More int
	Examples           []string
}

type identityRow struct {
	*assess.Identity
	PCI, Lower, Upper float64
	Band              creep.Band
}

func (s *server) overview(w http.ResponseWriter, r *http.Request) {
	p := page{Title: "Overview"}
	if s.Troubles != nil {
		p.Troubles = s.Troubles(r.Context())
	}
	p.Rows = s.rows()
	s.render(w, p)
}

// rows are the systems that are collected, then those that are known and are not.
func (s *server) rows() []row {
	var list []row
	states := s.states()
	for _, result := range s.Snapshot().Results {
		one := s.row(result)
		one.tell(states)
		list = append(list, one)
	}
	for i := range states {
		known := &states[i].System
		if slices.ContainsFunc(list, func(r row) bool { return r.ID == known.ID && r.Cloud == known.Cloud }) {
			continue
		}
		one := row{Cloud: known.Cloud, ID: known.ID, Name: known.Name, Owner: known.Owner}
		one.tell(states)
		list = append(list, one)
	}
	return list
}

// states are those of onboarding, where somebody knows them.
func (s *server) states() []onboard.Status {
	if s.Onboarding == nil {
		return nil
	}
	return s.Onboarding()
}

// tell says how far the system of a row has come.
func (r *row) tell(states []onboard.Status) {
	for i := range states {
		if one := &states[i]; one.System.ID == r.ID && one.System.Cloud == r.Cloud {
			r.State, r.Reason = strings.ReplaceAll(string(one.State), "_", " "), one.Reason
			if r.Reason == r.Failed {
				r.Reason = "" // The collection says so.
			}
		}
	}
}

func (s *server) system(w http.ResponseWriter, r *http.Request) {
	result := s.Snapshot().Result(entitlement.SystemID(r.PathValue("id")))
	if result == nil || string(result.System.Cloud) != r.PathValue("cloud") {
		http.Error(w, "there is no such system in the configuration", http.StatusNotFound)
		return
	}
	view := &systemView{Row: s.row(result)}
	view.Row.tell(s.states())
	if a := result.Assessment; a != nil {
		view.Covered, view.Window = a.Covered(), fmt.Sprintf("%d days", int(a.Window.Hours()/24))
		view.Findings, view.Worst = findings(a), worst(a)
		view.Problems = a.Problems[:min(len(a.Problems), shownProblems)]
		view.MoreProblems = len(a.Problems) - len(view.Problems)
	}
	s.render(w, page{Title: cmp.Or(view.Row.Name, string(view.Row.ID)), System: view})
}

func (s *server) render(w http.ResponseWriter, p page) {
	p.Version, p.Now, p.Audit = s.Version, s.Now(), s.AuditPage != nil
	var b bytes.Buffer
	if err := s.page.Execute(&b, p); err != nil {
		s.Logger.Error("render a page", "err", err)
		http.Error(w, "the page could not be rendered", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = b.WriteTo(w)
}

func (s *server) row(r *collector.Result) row {
	out := row{
		Cloud: r.System.Cloud, ID: r.System.ID, Name: r.System.Name, Owner: r.System.Owner,
		Attempted: r.Attempted, Succeeded: r.Succeeded, Collected: true,
	}
	if r.Err != nil {
		out.Failed = r.Err.Error()
	}
	a := r.Assessment
	if a == nil {
		return out
	}
	out.Known = true
	out.PCI, out.Lower, out.Upper, out.Observability = a.Sum.PCI(), a.Sum.Lower(), a.Sum.Upper(), a.Sum.Observability()
	out.Band = s.Assessors().Band(out.PCI)
	out.Identities, out.Findings, out.Problems = len(a.Identities), len(a.Findings), len(a.Problems)
	return out
}

// findings gathers the findings by category.
func findings(a *assess.Assessment) []findingRow {
	byCategory := map[entitlement.Category]*findingRow{}
	for _, f := range a.Findings {
		r := byCategory[f.Category]
		if r == nil {
			r = &findingRow{Total: a.Totals[f.Category]}
			r.Title, r.Meaning = finding.Describe(f.Category)
			byCategory[f.Category] = r
		}
		r.Count++
		if len(r.Examples) < shownExamples {
			r.Examples = append(r.Examples, example(&f))
		}
	}
	var list []findingRow
	for _, c := range finding.Categories() {
		if r := byCategory[c]; r != nil {
			r.More = r.Count - len(r.Examples)
			list = append(list, *r)
		}
	}
	return list
}

// example names what a finding is about.
func example(f *entitlement.Finding) string {
	switch {
	case f.Identity != "":
		return cmp.Or(f.Resource, f.Name) // A key has the name of its user.
	case f.Name == f.Resource:
		return f.Name
	}
	return f.Name + " (" + f.Resource + ")"
}

// worst lists the identities with the highest index.
func worst(a *assess.Assessment) []identityRow {
	list := make([]identityRow, 0, len(a.Identities))
	for i := range a.Identities {
		one := &a.Identities[i]
		list = append(list, identityRow{one, one.Score.PCI(), one.Score.Lower(), one.Score.Upper(), one.Band})
	}
	slices.SortStableFunc(list, func(x, y identityRow) int { return cmp.Compare(y.PCI, x.PCI) })
	return list[:min(len(list), shownIdentities)]
}

func functions() template.FuncMap {
	return template.FuncMap{
		"score":   func(v float64) string { return fmt.Sprintf("%.1f", v) },
		"percent": func(v float64) string { return fmt.Sprintf("%.0f%%", 100*v) },
		"date":    func(t time.Time) string { return t.UTC().Format("2006-01-02 15:04 UTC") },
	}
}
