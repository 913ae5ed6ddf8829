package resource

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"

	"github.com/leastward/leastward/datasource/pkg/model"
	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/internal/entitlement"
)

// maxCompleted bounds the values of a completion.
const maxCompleted = 1_000

// tableValues completes values of a filter of a table: all that an enum has, or
// those of the column of the same name.
func (h *Handler) tableValues(w http.ResponseWriter, r *http.Request) {
	found, err := h.tableValuesOf(r)
	if err != nil {
		fail(w, err)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(api.Values{Values: found})
}

func (h *Handler) tableValuesOf(r *http.Request) ([]api.ValueCount, error) {
	asked := r.URL.Query()
	name, filter, prefix := asked.Get("table"), asked.Get("filter"), asked.Get("prefix")
	info, source, err := h.filter(r, name, filter)
	if err != nil {
		return nil, err
	}
	if len(info.Values) > 0 {
		return counted(info.Values, prefix, false), nil
	}
	if !info.Completes || source == "" {
		return []api.ValueCount{}, nil
	}
	ask := &api.TableQuestion{Columns: []string{filter}}
	for _, s := range several(asked["systems"]) {
		ask.Systems = append(ask.Systems, entitlement.SystemID(s))
	}
	t, err := h.client.Table(r.Context(), source, ask)
	if err != nil {
		return nil, err
	}
	return counted(textsOf(t), prefix, true), nil
}

// filter finds a filter of a table, and the table that has its values: another
// one where this must have the filter to answer at all.
func (h *Handler) filter(r *http.Request, table, filter string) (found *api.TableFilter, source string, err error) {
	all, err := h.client.Tables(r.Context())
	if err != nil {
		return nil, "", err
	}
	n := slices.IndexFunc(all.Tables, func(t api.TableInfo) bool { return t.Name == table })
	if n < 0 {
		return nil, "", model.Wrong("table", "there is no table %q", table)
	}
	t := &all.Tables[n]
	at := slices.IndexFunc(t.Filters, func(f api.TableFilter) bool { return f.Name == filter })
	if at < 0 {
		return nil, "", model.Wrong("filter", "table %s has no filter %q", table, filter)
	}
	for _, one := range append([]api.TableInfo{*t}, all.Tables...) {
		if !slices.ContainsFunc(one.Filters, needed) && slices.ContainsFunc(one.Columns, texts(filter)) {
			return &t.Filters[at], one.Name, nil
		}
	}
	return &t.Filters[at], "", nil
}

func needed(f api.TableFilter) bool { return f.Required }

func texts(name string) func(api.ColumnInfo) bool {
	return func(c api.ColumnInfo) bool { return c.Name == name && c.Type == api.ColumnString }
}

func textsOf(t *api.Table) []string {
	var out []string
	for i := range t.Columns {
		for _, s := range t.Columns[i].Strings {
			if s != nil && *s != "" {
				out = append(out, *s)
			}
		}
	}
	return out
}

// counted counts values that contain a text, whatever the case: the most
// frequent first, or in the order in which they were.
func counted(values []string, part string, byCount bool) []api.ValueCount {
	at, out := map[string]int{}, []api.ValueCount{}
	for _, v := range values {
		if !strings.Contains(strings.ToLower(v), strings.ToLower(part)) {
			continue
		}
		n, seen := at[v]
		if !seen {
			n, at[v] = len(out), len(out)
			out = append(out, api.ValueCount{Value: v})
		}
		out[n].Count++
	}
	if byCount {
		slices.SortFunc(out, func(a, b api.ValueCount) int {
			if a.Count != b.Count {
				return int(b.Count - a.Count)
			}
			return strings.Compare(a.Value, b.Value)
		})
	}
	return out[:min(len(out), maxCompleted)]
}
