package entitle

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/leastward/leastward/exporter/internal/tables"
	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/policy/aws/escalation"
	"github.com/leastward/leastward/internal/report"
)

// escalationRow is one way in which an identity can raise its permissions.
type escalationRow struct {
	who

	way  *entitlement.Escalation
	rank int // Among the identity's, from 1.
}

// escalations is the table of ways to more permissions.
func escalations() tables.Definition {
	fields := slices.Concat(tables.Lift(slices.Concat(named(), []tables.Field[who]{ownerField()}), ofEscalation), escalationFields(),
		tables.Lift(slices.Concat(ofSystem(systemOf), indexFields(), seen()), ofEscalation))
	return tables.Definition{
		Name: "escalations", Title: "Privilege escalations", Group: tables.Entitlements,
		Help: fmt.Sprintf("Ways in which identities can raise their own permissions, by the published paths of pathfinding.cloud, on Google "+
			"Cloud by the published methods. Of each identity the %d gravest are here. Of Azure none are looked for.", escalation.MaxPerIdentity),
		Columns: tables.Columns(fields),
		Filters: []api.TableFilter{
			tables.Complete("identity", "Identity", "Unique id."), byType(), tables.Complete("owner", "Owner", ""),
			tables.Complete("path", "Path", "Id of the published path."), tables.Complete("target", "Target", ""),
			yes("admin", "Everything", "It ends with every action on every resource."), yes("conditional", "Conditional", ""), byState(),
			{Name: "rank", Title: "Rank", Help: "1: the gravest way of each identity alone.", Kind: api.FilterNumber},
		},
		Sort: []api.TableOrder{{By: "admin", Descending: true}, {By: "conditional"}, {By: "steps"}, {By: "system"}, {By: "identity"}, {By: "rank"}},
		Rows: func(_ context.Context, q *tables.Question) (*tables.Rows, error) {
			list, more := everyEscalation(q)
			rows := tables.Of(list, fields)
			rows.Notices = unsearched(q)
			if more > 0 {
				rows.Notices = append(rows.Notices, fmt.Sprintf("%d of the identities have more ways than the %d gravest that are kept; column ways counts all.", more, escalation.MaxPerIdentity))
			}
			return rows, nil
		},
	}
}

// unsearched says of how many systems no ways are known.
func unsearched(q *tables.Question) []string {
	n := 0
	for _, r := range q.Assessed() {
		if r.System.Cloud == entitlement.Azure {
			n++
		}
	}
	if n == 0 {
		return nil
	}
	return []string{fmt.Sprintf("Of %d systems of Azure no ways are looked for: that none is here says nothing of them.", n)}
}

func ofEscalation(e *escalationRow) *who { return &e.who }

func escalationFields() []tables.Field[escalationRow] {
	t := func(name, title, help string, s func(*escalationRow) string) tables.Field[escalationRow] {
		return tables.Fill(tables.Text(name, title, help), func(e *escalationRow) report.Cell { return report.Text(s(e)) })
	}
	n := func(name, title, unit, help string, count func(*escalationRow) int) tables.Field[escalationRow] {
		return tables.Fill(tables.Number(name, title, unit, help), func(e *escalationRow) report.Cell { return report.Integer(count(e)) })
	}
	return []tables.Field[escalationRow]{
		n("rank", "Rank", "", "1 is the gravest of the identity.", func(e *escalationRow) int { return e.rank }),
		t("path", "Path", "Id of the published path; of the last step where there are several.", func(e *escalationRow) string { return e.way.Path }),
		t("title", "Title", "The permissions that make the path.", func(e *escalationRow) string { return e.way.Name }),
		t("target", "Target", "Whom it comes to act as, or what it changes.", func(e *escalationRow) string { return e.way.Target }),
		t("admin", "Everything", "Whether it ends with every action on every resource, and not only with more.", func(e *escalationRow) string { return tables.YesNo(e.way.Admin) }),
		t("conditional", "Conditional", "Whether it hangs on conditions that are not known.", func(e *escalationRow) string { return tables.YesNo(e.way.Conditional) }),
		t("condition_keys", "Condition keys", "Those that would decide, and what would have to exist.", func(e *escalationRow) string { return strings.Join(e.way.Keys, ", ") }),
		n("steps", "Steps", "steps", "", func(e *escalationRow) int { return len(e.way.Steps) }),
		t("chain", "Chain", "The steps in order: who does what to whom.", (*escalationRow).chain),
		n("ways", "Ways", "ways", "Of the identity in all.", func(e *escalationRow) int { return e.escalations() }),
	}
}

// everyEscalation returns the ways, and how many identities have more.
func everyEscalation(q *tables.Question) (list []escalationRow, more int) {
	for _, w := range everyone(q, "", func(w *who) bool { return w.escalations() > 0 && keepsBasics(q, w) }) {
		ways := w.sys.Assessment.Ways(w.ID)
		if ways.More || ways.Found > len(ways.Gravest) {
			more++
		}
		for i := range ways.Gravest {
			if e := (escalationRow{who: w, way: &ways.Gravest[i], rank: i + 1}); keepsEscalation(q, &e) {
				list = append(list, e)
			}
		}
	}
	return list, more
}

func keepsEscalation(q *tables.Question, e *escalationRow) bool {
	return q.Keeps("path", e.way.Path) && q.Keeps("target", e.way.Target) && q.Keeps("admin", tables.YesNo(e.way.Admin)) &&
		q.Keeps("conditional", tables.YesNo(e.way.Conditional)) && (q.Value("rank") == "" || float64(e.rank) == numberOf(q.Value("rank")))
}

// chain writes the steps.
func (e *escalationRow) chain() string {
	list := make([]string, len(e.way.Steps))
	for i := range e.way.Steps {
		s := &e.way.Steps[i]
		list[i] = fmt.Sprintf("%d. %s: %s on %s", i+1, e.sys.nameOf(s.By), s.Name, s.Target)
	}
	return strings.Join(list, "; ")
}
