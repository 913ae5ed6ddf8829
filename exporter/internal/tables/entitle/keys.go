package entitle

import (
	"context"
	"slices"
	"time"

	"github.com/leastward/leastward/exporter/internal/tables"
	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/report"
)

// key is one access key.
type key struct {
	who

	key *entitlement.AccessKey
}

// keys is the table of access keys.
func keys() tables.Definition {
	fields := slices.Concat([]tables.Field[key]{
		tables.Fill(tables.Text("access_key", "Access key", ""), func(k *key) report.Cell { return report.Text(string(k.key.ID)) }),
	}, tables.Lift(slices.Concat(named(), []tables.Field[who]{ownerField()}, ofSystem(systemOf)), (*key).owner),
		keyFields(), tables.Lift(slices.Concat(figuresOf(), []tables.Field[who]{resourcesUsed(), superField(), keyFindings()}), (*key).owner))
	return tables.Definition{
		Name: "access_keys", Title: "Access keys", Group: tables.Entitlements,
		Help: "Long-lived access keys, secrets and certificates of service principals, and keys of service accounts. The index and the numbers of " +
			"actions are those of the identity that a key belongs to: a key may do what its user may, and the use of one key is not told from that of another.",
		Columns: tables.Columns(fields),
		Filters: keyFilters(),
		Sort:    []api.TableOrder{{By: "age_days", Descending: true}, {By: "access_key"}},
		Rows: func(_ context.Context, q *tables.Question) (*tables.Rows, error) {
			return tables.Of(everyKey(q), fields), nil
		},
	}
}

func (k *key) owner() *who { return &k.who }

func keyFields() []tables.Field[key] {
	return []tables.Field[key]{
		tables.Fill(tables.Text("status", "Status", "active or inactive: whether the key may be used at all; one that has expired may not."), func(k *key) report.Cell {
			return report.Text(k.status())
		}),
		tables.Fill(tables.Time("created", "Created", "Which is when it was last rotated."), func(k *key) report.Cell { return report.Time(k.key.Created) }),
		tables.Fill(tables.Days("age_days", "Age", ""), func(k *key) report.Cell { return k.since(k.key.Created) }),
		tables.Fill(tables.Text("age_bucket", "Age, days", ""), func(k *key) report.Cell { return k.bucket(k.key.Created) }),
		tables.Fill(tables.Time("last_used", "Last used", "Empty where it was never used, or that is not known."), func(k *key) report.Cell {
			return report.Time(k.key.LastUsed)
		}),
		tables.Fill(tables.Days("unused_days", "Days since last use", ""), func(k *key) report.Cell { return k.since(k.key.LastUsed) }),
		tables.Fill(tables.Text("use", "Use", "used, never, or unknown where the last use was not read."), func(k *key) report.Cell {
			return report.Text(k.use())
		}),
	}
}

// keyFindings counts what is found about the user's keys and the user.
func keyFindings() tables.Field[who] {
	return number("findings", "Findings", "findings", "About the user and its keys.", func(w *who) int { return w.sys.findingsOf(w.ID) })
}

func everyKey(q *tables.Question) []key {
	var list []key
	for _, w := range everybody(q, func(w *who) bool { return len(w.Keys) > 0 && keepsBasics(q, w) }) {
		for i := range w.Keys {
			if k := (key{who: w, key: &w.Keys[i]}); keepsKey(q, &k) {
				list = append(list, k)
			}
		}
	}
	return list
}

func (k *key) status() string {
	if k.key.Active {
		return "active"
	}
	return "inactive"
}

func (k *key) use() string {
	switch {
	case !k.key.LastUsed.IsZero():
		return "used"
	case k.key.UseKnown:
		return "never"
	}
	return "unknown"
}

// since returns the days since a time; an empty cell where it is not known.
func (k *key) since(t time.Time) report.Cell {
	if t.IsZero() {
		return report.Cell{}
	}
	return report.Days(k.sys.q.Now.Sub(t))
}

func (k *key) bucket(t time.Time) report.Cell {
	days := k.since(t)
	if days.Empty() {
		return report.Cell{}
	}
	names, edges := [...]string{"0-30", "31-90", "91-180", "181-365", "over 365"}, [...]int64{30, 90, 180, 365}
	i := 0
	for i < len(edges) && days.Int() > edges[i] {
		i++
	}
	return report.Text(names[i])
}
