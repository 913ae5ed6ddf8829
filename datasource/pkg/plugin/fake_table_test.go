package plugin_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/internal/auditlog/trace"
)

// fakeTables are some of the tables that the exporter has.
func fakeTables() []api.TableInfo {
	text := func(name string) api.ColumnInfo {
		return api.ColumnInfo{Name: name, Title: strings.ToUpper(name), Type: api.ColumnString}
	}
	number := func(name, unit string) api.ColumnInfo {
		return api.ColumnInfo{Name: name, Title: strings.ToUpper(name), Type: api.ColumnNumber, Unit: unit, Help: "Help."}
	}
	at := func(name string) api.ColumnInfo { return api.ColumnInfo{Name: name, Title: name, Type: api.ColumnTime} }
	state := api.TableFilter{Name: "state", Title: "State", Kind: api.FilterEnum, Values: []string{"active", "inactive"}, Several: true}
	owner := api.TableFilter{Name: "owner", Title: "Owner", Kind: api.FilterText, Completes: true}
	identity := api.TableFilter{Name: "identity", Title: "Identity", Kind: api.FilterText, Required: true, Completes: true}
	return []api.TableInfo{
		{Name: "identities", Group: "entitlements", Filters: []api.TableFilter{state, owner}, Columns: []api.ColumnInfo{
			text("system"), text("identity"), text("name"), text("owner"), number("pci", "points"), number("unused", "actions"), number("share", "ratio"), number("age", "days"), at("last_active"),
		}},
		{Name: "findings", Group: "findings", Filters: []api.TableFilter{owner}, Columns: []api.ColumnInfo{
			text("finding"), text("system"), text("category"), text("identity"), text("resource"), at("first_seen"), text("url"),
		}},
		{Name: "pci", Group: "pci", Columns: []api.ColumnInfo{text("key"), text("name"), number("pci", "points")}},
		{Name: "pci_history", Group: "pci", Timed: true, Columns: []api.ColumnInfo{at("time"), text("key"), text("name"), number("pci", "points"), number("pci_upper", "points"), text("catalog")}},
		{Name: "runs", Group: "remediation", Columns: []api.ColumnInfo{text("run"), text("state"), text("playbook"), at("received"), number("approvals_needed", "approvals")}},
		{Name: "permissions", Group: "entitlements", Filters: []api.TableFilter{identity}, Columns: []api.ColumnInfo{text("identity"), text("action"), number("points", "")}},
	}
}

func (f *fake) tables(w http.ResponseWriter, _ *http.Request, _ []byte) {
	write(w, http.StatusOK, api.Tables{Tables: fakeTables()})
}

func (f *fake) table(w http.ResponseWriter, r *http.Request, body []byte) {
	if r.URL.Query().Get("format") != "" {
		file(w, r)
		return
	}
	var ask api.TableQuestion
	if err := json.Unmarshal(body, &ask); err != nil {
		write(w, http.StatusBadRequest, api.Error{Message: err.Error()})
		return
	}
	for name := range ask.Filters {
		if name == "sate" {
			write(w, http.StatusBadRequest, api.Error{Message: "filters.sate: table identities has no such filter; there are state, owner", Path: "filters.sate"})
			return
		}
	}
	all := fakeTables()
	n := slices.IndexFunc(all, func(t api.TableInfo) bool { return t.Name == r.PathValue("name") })
	if n < 0 {
		write(w, http.StatusNotFound, api.Error{Message: "there is no such table", Path: "name"})
		return
	}
	write(w, http.StatusOK, f.rows(&all[n], &ask))
}

// rows makes rows of a table.
func (f *fake) rows(info *api.TableInfo, ask *api.TableQuestion) api.Table {
	total := max(3, f.many)
	if f.empty {
		total = 0
	}
	rows := total
	if ask.Limit > 0 {
		rows = min(rows, ask.Limit)
	}
	t := api.Table{Name: info.Name, Title: "Table " + info.Name, Rows: rows, Total: total, AsOf: from}
	for _, c := range info.Columns {
		if len(ask.Columns) == 0 || slices.Contains(ask.Columns, c.Name) {
			t.Columns = append(t.Columns, column(c, rows))
		}
	}
	if info.Name == "pci" {
		t.Notices = []string{"Not read yet, and missing here: test."}
	}
	return t
}

func column(c api.ColumnInfo, rows int) api.Column {
	out := api.Column{ColumnInfo: c}
	switch c.Type {
	case api.ColumnString:
		out.Strings = make([]*string, rows)
	case api.ColumnNumber:
		out.Numbers = make([]*float64, rows)
	case api.ColumnTime:
		out.Times = make([]*int64, rows)
	}
	for i := range rows {
		if i%3 == 2 && (c.Name == "owner" || c.Name == "last_active" || c.Name == "share") {
			continue // No value.
		}
		switch c.Type {
		case api.ColumnString:
			out.Strings[i] = new(textOf(c.Name, i))
		case api.ColumnNumber:
			out.Numbers[i] = new(float64(i) + 0.5)
		case api.ColumnTime:
			out.Times[i] = new(from.Add(time.Duration(i/2) * time.Hour).UnixMilli())
		}
	}
	return out
}

// textOf is the same in several rows where it commonly is.
func textOf(name string, i int) string {
	switch name {
	case "system":
		return "111111111111"
	case "key", "name", "category", "playbook":
		return fmt.Sprintf("%s %d", name, i%2)
	case "catalog":
		return fmt.Sprintf("2026.%d", i)
	case "url":
		return "https://remediator.example/runs/1"
	}
	return fmt.Sprintf("%s, \"%d\"", name, i)
}

func file(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="a.csv"`)
	_, _ = fmt.Fprint(w, strings.Repeat("x", 3<<20), r.URL.Query().Get("format"))
}

func (f *fake) report(w http.ResponseWriter, r *http.Request, body []byte) {
	if r.URL.Query().Get("format") != "" {
		file(w, r)
		return
	}
	if r.PathValue("kind") != "access-key-entitlements" {
		write(w, http.StatusNotFound, api.Error{Message: "there is no report of that kind; there is access-key-entitlements"})
		return
	}
	var ask api.ReportQuestion
	if err := json.Unmarshal(body, &ask); err != nil {
		write(w, http.StatusBadRequest, api.Error{Message: err.Error()})
		return
	}
	out, all := api.Report{Title: "Access keys", AsOf: from, Warnings: []string{"The logs of test are not complete."}}, fakeTables()
	for _, n := range []int{0, 2} {
		if len(ask.Tables) == 0 || slices.Contains(ask.Tables, all[n].Name) {
			out.Tables = append(out.Tables, f.rows(&all[n], &api.TableQuestion{Limit: ask.Limit}))
		}
	}
	if len(out.Tables) == 0 {
		write(w, http.StatusBadRequest, api.Error{Message: "tables[0]: there is no such table; there are identities, pci", Path: "tables[0]"})
		return
	}
	write(w, http.StatusOK, out)
}

func (f *fake) trace(w http.ResponseWriter, _ *http.Request, body []byte) {
	var g trace.Graph
	if err := json.Unmarshal(body, &g.Start); err != nil {
		write(w, http.StatusBadRequest, api.Error{Message: err.Error()})
		return
	}
	user := trace.Node{ID: "identity:arn:aws:iam::111111111111:user/ana", Kind: trace.Identity, Type: "user", Title: "ana", Start: true, Events: 3, First: from, Last: to}
	g.Nodes = []trace.Node{user}
	if !f.empty {
		key := trace.Node{ID: "access_key:AKIA1", Kind: trace.AccessKey, Title: "AKIA1", Subtitle: "of ana", Events: 2, Reasons: []string{"created an access key"}, Members: []string{"a", "b"}, MembersTotal: 5}
		g.Nodes = append(g.Nodes, key)
		g.Edges = []trace.Edge{
			{ID: "1", From: user.ID, To: key.ID, Kind: trace.CreatedCredential, First: from, Last: from, Count: 1, Sentence: "ana created AKIA1", Calls: []trace.Call{{Name: "iam:CreateAccessKey", Count: 1}}, CallsTotal: 2, Events: []string{"event-1"}},
			{ID: "2", From: key.ID, To: user.ID, Kind: trace.UsedKey, Context: true, First: from, Last: to, Count: 2, Failed: 1, Sentence: "AKIA1 was used", Events: []string{"event-2"}},
		}
		g.Events, g.First, g.Last = 1, from, to
	}
	if f.many > 0 {
		g.Truncated = &trace.Truncated{Events: true, Leads: []string{"AKIA2"}, LeadsTotal: 4, Nodes: 9}
	}
	write(w, http.StatusOK, &g)
}
