package analyze

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/finding"
)

// JSON writes the summary for programs.
func (s *Summary) JSON(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	return e.Encode(s)
}

// Text writes the summary for people.
func (s *Summary) Text(w io.Writer) error {
	t := &text{w: tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)}
	s.head(t)
	s.worst(t)
	s.findings(t)
	s.logs(t)
	printProblems(t, "What could not be read", s.Problems)
	if t.err != nil {
		return t.err
	}
	return t.w.Flush()
}

// text writes lines whose cells tabs divide, and keeps the first error.
type text struct {
	w   *tabwriter.Writer
	err error
}

func (t *text) line(format string, args ...any) {
	if t.err == nil {
		_, t.err = fmt.Fprintf(t.w, format+"\n", args...)
	}
}

func (t *text) title(s string) { t.line("\n%s", strings.ToUpper(s)) }

func (s *Summary) head(t *text) {
	t.line("%s %s as of %s, last %d days, catalogue %s",
		s.System.Cloud, s.title(), s.AsOf.UTC().Format("2006-01-02 15:04 UTC"), s.WindowDays, s.Catalogue)
	t.title("Permission Creep Index")
	if s.Identities == 0 && s.System.Cloud != entitlement.AWS {
		t.line("Not known: nothing was read that says who may do what.")
		return
	}
	t.line("%.1f of 100 (%s), between %.1f and %.1f; %.0f%% of what is granted is observable",
		s.PCI.Value, s.PCI.Band, s.PCI.Lower, s.PCI.Upper, 100*s.PCI.Observability)
	var kinds []string
	for _, k := range slices.Sorted(maps.Keys(s.ByKind)) {
		kinds = append(kinds, fmt.Sprintf("%d %s", s.ByKind[k], plural(k)))
	}
	t.line("%d identities: %s", s.Identities, strings.Join(kinds, ", "))
}

// title is the id with the name, where that is another.
func (s *Summary) title() string {
	if s.System.Name == string(s.System.ID) {
		return s.System.Name
	}
	return strings.TrimSpace(string(s.System.ID) + " " + s.System.Name)
}

// plural names identities of a kind.
func plural(k entitlement.Kind) string {
	words := strings.ReplaceAll(string(k), "_", " ")
	if rest, ok := strings.CutSuffix(words, "y"); ok {
		return rest + "ies"
	}
	return words + "s"
}

func (s *Summary) worst(t *text) {
	if len(s.Worst) == 0 && s.Identities == 0 && s.System.Cloud != entitlement.AWS {
		return
	}
	t.title("Highest index")
	t.line("PCI\tRANGE\tIDENTITY\tGRANTED\tUSED\tCOSTS MOST")
	for _, one := range s.Worst {
		var costs []string
		for _, c := range one.Costs {
			costs = append(costs, string(c.Action))
		}
		t.line("%.1f\t%.1f–%.1f\t%s %s\t%d\t%d\t%s", one.PCI.Value, one.PCI.Lower, one.PCI.Upper,
			one.Kind, one.Name, one.Granted, one.Used, strings.Join(costs, ", "))
	}
}

func (s *Summary) findings(t *text) {
	t.title("Findings")
	for _, c := range finding.Categories() {
		n, looked := s.Findings[c]
		if !looked {
			continue
		}
		title, meaning := finding.Describe(c)
		t.line("%d of %d\t%s\t%s", n, s.Totals[c], title, meaning)
	}
}

func (s *Summary) logs(t *text) {
	t.title("Events")
	e := s.Events
	t.line("%d read = %d used a permission + %d denied + %d need no permission + %d unmapped + %d rejected",
		e.In, e.Used, e.Denied, e.NotPermissionBearing, e.Unmapped, e.Rejected)
	for _, reason := range slices.Sorted(maps.Keys(e.RejectedBy)) {
		t.line("  rejected\t%s\t%d", reason, e.RejectedBy[reason])
	}
	t.title("What the logs can't show")
	if s.Logs.From.IsZero() {
		t.line("There are no events at all: nothing can be told about use.")
	} else {
		t.line("They begin at %s and cover %.1f of the last %d days: what was used before does not show.",
			s.Logs.From.UTC().Format("2006-01-02 15:04 UTC"), s.Logs.Covered*float64(s.WindowDays), s.WindowDays)
	}
	t.line("Grants whose use would not show: %s", listTop(s.Logs.Unobservable, 8))
	if len(s.OnlyInLogs) > 0 {
		t.line("%d identities act in the logs and are not in the inventory, the first: %s", len(s.OnlyInLogs), first(s.OnlyInLogs, 3))
	}
}

func listTop(counts map[string]int, n int) string {
	keys := slices.SortedFunc(maps.Keys(counts), func(a, b string) int {
		return cmp.Or(cmp.Compare(counts[b], counts[a]), cmp.Compare(a, b))
	})
	var parts []string
	for _, k := range keys[:min(n, len(keys))] {
		parts = append(parts, fmt.Sprintf("%s %d", k, counts[k]))
	}
	if more := len(keys) - len(parts); more > 0 {
		parts = append(parts, fmt.Sprintf("and %d services more", more))
	}
	return cmp.Or(strings.Join(parts, ", "), "none")
}

func first(ids []entitlement.IdentityID, n int) string {
	var parts []string
	for _, id := range ids[:min(n, len(ids))] {
		parts = append(parts, string(id))
	}
	return strings.Join(parts, ", ")
}

func printProblems(t *text, title string, list []Problem) {
	if len(list) == 0 {
		return
	}
	t.title(title)
	for _, p := range list[:min(shownProblems, len(list))] {
		t.line("%s\t%s\t%s", p.Code, p.Subject, p.Message)
	}
	if more := len(list) - shownProblems; more > 0 {
		t.line("and %d more; --format json lists all", more)
	}
}
