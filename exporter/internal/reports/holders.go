package reports

import (
	"context"
	"slices"
	"strings"

	"github.com/leastward/leastward/exporter/internal/collector"
	"github.com/leastward/leastward/exporter/internal/tables"
	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/internal/assess"
	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/policy/glob"
	"github.com/leastward/leastward/internal/report"
)

// holdersTable is a table that reports alone have: who holds or used actions.
const holdersTable = "holders"

// holding is an action that an identity holds, used, or was refused.
type holding struct {
	of          *collector.Result
	who         *assess.Identity
	action      entitlement.Action
	info        *catalog.Info // Nil of one that the catalogue does not have.
	reach       entitlement.Reach
	conditional bool
	state       string
	use         entitlement.ActionUse
}

// The states of a holding.
const (
	stateUsed         = "used"
	stateUnused       = "unused"
	stateUnobservable = "unobservable"
	stateDenied       = "denied"
)

func holders() tables.Definition {
	fields := holderFields()
	return tables.Definition{
		Name: holdersTable, Title: "Who holds or used actions", Group: tables.Access,
		Help: "Each identity that holds, used or was refused an action. What it holds is by its own policies and those of its groups; who " +
			"used an action that it does not hold may it by the policy of a resource, or could then. A group used what a member used of it.",
		Columns: tables.Columns(fields),
		Filters: []api.TableFilter{
			{
				Name: "action", Title: "Action", Kind: api.FilterText, Required: true, Several: true, Completes: true,
				Help: "An action such as s3:DeleteBucket; * and ? stand for others, as in s3:Delete*. Actions of Azure and Google Cloud too.",
			},
			tables.Enum("type", "Type", "Of the identity.", true, tables.Kinds()...),
			tables.Enum("state", "Use", "used within the look-back window, held and unused, unobservable where no log at hand could show a use, or only denied.",
				true, stateUsed, stateUnused, stateUnobservable, stateDenied),
		},
		Sort: []api.TableOrder{{By: "action"}, {By: "system"}, {By: "name"}, {By: "identity"}},
		Rows: func(ctx context.Context, q *tables.Question) (*tables.Rows, error) {
			list, err := everyHolding(ctx, q)
			if err != nil {
				return nil, err
			}
			return tables.Of(list, fields), nil
		},
	}
}

func holderFields() []tables.Field[holding] {
	t := func(name, title string, s func(*holding) string) tables.Field[holding] {
		return tables.Fill(tables.Text(name, title, ""), func(h *holding) report.Cell { return report.Text(s(h)) })
	}
	list := []tables.Field[holding]{
		t("identity", "Identity", func(h *holding) string { return string(h.who.ID) }),
		t("name", "Name", func(h *holding) string { return h.who.Name }),
		t("type", "Type", func(h *holding) string { return string(h.who.Kind) }),
		t("owner", "Owner", func(h *holding) string { return h.who.Owner }),
		t("action", "Action", func(h *holding) string { return string(h.action) }),
		tables.Fill(tables.Text("severity", "Severity", ""), (*holding).severity),
		t("granted", "Held", func(h *holding) string { return tables.YesNo(h.reach != entitlement.ReachNone) }),
		t("reach", "Reach", (*holding).reachName),
		t("conditional", "Conditional", func(h *holding) string { return tables.YesNo(h.conditional) }),
		t("state", "Use", func(h *holding) string { return h.state }),
		tables.Fill(tables.Time("first_used", "First used", ""), func(h *holding) report.Cell { return report.Time(h.use.First) }),
		tables.Fill(tables.Time("last_used", "Last used", ""), func(h *holding) report.Cell { return report.Time(h.use.Last) }),
		tables.Fill(tables.Number("uses", "Uses", "uses", ""), func(h *holding) report.Cell { return report.Integer(int(h.use.Count)) }),
		tables.Fill(tables.Number("denied", "Denied", "attempts", ""), func(h *holding) report.Cell { return report.Integer(int(h.use.Denied)) }),
	}
	for i, c := range tables.OfSystem() {
		list = append(list, tables.Fill(c, func(h *holding) report.Cell { return tables.SystemCells(h.of)[i] }))
	}
	return list
}

func (h *holding) severity() report.Cell {
	switch {
	case h.info == nil:
		return report.Cell{}
	case h.info.Severity == catalog.High:
		return report.Text(h.info.Severity.String()).At(report.High)
	}
	return report.Text(h.info.Severity.String())
}

// reachName is empty of what is not held.
func (h *holding) reachName() string {
	return [...]string{"", "named", "part", "all"}[h.reach]
}

// everyHolding finds the holdings of the actions that are asked for.
func everyHolding(ctx context.Context, q *tables.Question) ([]holding, error) {
	s := &sought{q: q, actions: map[*catalog.Catalog][]int{}}
	if err := s.read(q.Values("action")); err != nil {
		return nil, err
	}
	for _, r := range q.Assessed() {
		for i := range r.Assessment.Identities {
			if who := &r.Assessment.Identities[i]; q.Keeps("type", string(who.Kind)) {
				s.of(r, who)
			}
		}
		if len(s.list) > defaultCells {
			return nil, tables.Bad("filters.action", "these are more than %d rows; ask for fewer actions, types or systems", defaultCells)
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
	}
	return s.list, nil
}

// sought are the actions that are asked for, and who holds them.
type sought struct {
	q        *tables.Question
	actions  map[*catalog.Catalog][]int // In order.
	patterns [][]byte
	list     []holding
}

// read finds the actions. One that no catalogue has is a mistake, unless
// somebody's policy names it.
func (s *sought) read(patterns []string) error {
	sets := map[*catalog.Catalog]entitlement.ActionSet{}
	for _, r := range s.q.Assessed() {
		sets[r.Assessment.Catalog] = entitlement.NewActionSet(r.Assessment.Catalog.Len())
	}
	for i, p := range patterns {
		if !strings.ContainsAny(p, ":/.") && p != "*" {
			return tables.Bad("filters.action", "value %d: %q is no action such as s3:DeleteBucket or s3:Delete*", i+1, p)
		}
		if !match(sets, p) && !s.named(p) {
			return tables.Bad("filters.action", "%q is no action that is known", p)
		}
		s.patterns = append(s.patterns, pattern(p))
	}
	for cat, set := range sets {
		s.actions[cat] = slices.Collect(set.Indices())
	}
	return nil
}

// match adds what a pattern matches, and reports whether there is anything.
func match(sets map[*catalog.Catalog]entitlement.ActionSet, p string) bool {
	found := false
	for cat, set := range sets {
		for a := range cat.Match(p).Indices() {
			set.Add(a)
			found = true
		}
	}
	return found
}

func pattern(p string) []byte { return glob.Encode(strings.ToLower(p), false) }

// named reports whether a policy of somebody who may be seen names such an
// action.
func (s *sought) named(p string) bool {
	wanted := pattern(p)
	for _, r := range s.q.Assessed() {
		for i := range r.Assessment.Identities {
			if slices.ContainsFunc(r.Assessment.Identities[i].Access.Literal, func(l entitlement.LiteralGrant) bool {
				return glob.Match(wanted, strings.ToLower(string(l.Action)))
			}) {
				return true
			}
		}
	}
	return false
}

// of adds what an identity holds, used or was refused.
func (s *sought) of(r *collector.Result, who *assess.Identity) {
	cat := r.Assessment.Catalog
	for _, a := range s.actions[cat] {
		use, used := who.Usage.Actions[a], who.Usage.Used.Has(a)
		h := holding{
			of: r, who: who, action: cat.Info(a).Action, info: cat.Info(a), reach: who.Access.Reach(a),
			conditional: who.Access.Conditional.Has(a), use: use,
		}
		s.add(h, used, r.Assessment.Observable.Has(a))
	}
	for _, l := range who.Access.Literal {
		if slices.ContainsFunc(s.patterns, func(p []byte) bool { return glob.Match(p, strings.ToLower(string(l.Action))) }) {
			use := who.Usage.Literal[l.Action]
			s.add(holding{of: r, who: who, action: l.Action, reach: l.Reach, conditional: l.Conditional, use: use}, use.Count > 0, false)
		}
	}
}

func (s *sought) add(h holding, used, observable bool) {
	switch {
	case used:
		h.state = stateUsed
	case h.reach == entitlement.ReachNone && h.use.Denied == 0:
		return
	case h.reach == entitlement.ReachNone:
		h.state = stateDenied
	case observable:
		h.state = stateUnused
	default:
		h.state = stateUnobservable
	}
	if s.q.Keeps("state", h.state) {
		s.list = append(s.list, h)
	}
}
