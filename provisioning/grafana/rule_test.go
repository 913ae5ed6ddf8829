package grafana_test

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/VictoriaMetrics/metricsql"
	"github.com/google/go-cmp/cmp"
	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"go.yaml.in/yaml/v3"

	"github.com/leastward/leastward/datasource/pkg/model"
	"github.com/leastward/leastward/internal/alert"
	"github.com/leastward/leastward/internal/auditlog/query"
	"github.com/leastward/leastward/internal/entitlement"
)

var identifier = regexp.MustCompile(`^[A-Za-z0-9_-]+$`)

type group struct {
	OrgID                  int `yaml:"orgId"`
	Name, Folder, Interval string
	Rules                  []rule
}

type rule struct {
	UID, Title, Condition, For string
	Data                       []question
	NoDataState                string `yaml:"noDataState"`
	ExecErrState               string `yaml:"execErrState"`
	Labels, Annotations        map[string]string
	IsPaused                   bool `yaml:"isPaused"`
}

type question struct {
	RefID         string                 `yaml:"refId"`
	QueryType     string                 `yaml:"queryType"`
	Range         struct{ From, To int } `yaml:"relativeTimeRange"`
	DatasourceUID string                 `yaml:"datasourceUid"`
	Model         map[string]any         `yaml:"model"`
}

func rules(t *testing.T) []group {
	t.Helper()
	var f struct {
		APIVersion int `yaml:"apiVersion"`
		Groups     []group
	}
	load(t, "alerting/rules.yaml", &f)
	return f.Groups
}

func each(t *testing.T, visit func(t *testing.T, r *rule)) {
	t.Helper()
	for _, g := range rules(t) {
		if len(g.Rules) == 0 {
			t.Errorf("%s has no rules", g.Name)
		}
		for i := range g.Rules {
			t.Run(g.Rules[i].Title, func(t *testing.T) {
				t.Parallel()
				visit(t, &g.Rules[i])
			})
		}
	}
}

func TestRulesAreComplete(t *testing.T) {
	t.Parallel()
	uids, titles := map[string]bool{}, map[string]bool{}
	for _, g := range rules(t) {
		if every, err := time.ParseDuration(g.Interval); err != nil || every < 10*time.Second || g.Folder == "" || g.OrgID != 1 {
			t.Errorf("%s: interval %s, folder %q", g.Name, g.Interval, g.Folder)
		}
		for _, r := range g.Rules {
			if uids[r.UID] || titles[r.Title] || !identifier.MatchString(r.UID) || len(r.UID) > 40 {
				t.Errorf("%s: the uid %q or the title is not its own, or not fit", r.Title, r.UID)
			}
			uids[r.UID], titles[r.Title] = true, true
		}
	}
	uid := sources(t)
	each(t, func(t *testing.T, r *rule) {
		t.Helper()
		if r.NoDataState != "OK" || r.ExecErrState != "Error" && r.ExecErrState != "KeepLast" || r.IsPaused || !strings.HasPrefix(r.Title, "Ciem") {
			t.Errorf("no data is %s, an error is %s, paused %v", r.NoDataState, r.ExecErrState, r.IsPaused)
		}
		for _, name := range alert.Annotations() {
			if r.Annotations[name] == "" {
				t.Errorf("there is no annotation %s", name)
			}
		}
		if want := alert.RunbookBase + r.Labels[alert.LabelPlaybook] + ".md"; r.Annotations[alert.AnnotationRunbookURL] != want {
			t.Errorf("the runbook is %s, want %s", r.Annotations[alert.AnnotationRunbookURL], want)
		}
		last := r.Data[len(r.Data)-1]
		if r.Condition != last.RefID || last.DatasourceUID != "__expr__" || !strings.Contains(last.Model["expression"].(string), "$A") {
			t.Errorf("the condition is %s, the last question %+v", r.Condition, last)
		}
		if source := r.Data[0].DatasourceUID; uid[source] == "" || r.Data[0].RefID != "A" || r.Data[0].Range.From <= r.Data[0].Range.To {
			t.Errorf("there is no data source %s, or no range", source)
		}
	})
}

// original is a rule of alert-rules.
type original struct {
	Alert, Expr, For    string
	Labels, Annotations map[string]string
}

func originals(t *testing.T) map[string]original {
	t.Helper()
	paths, err := filepath.Glob("../../alert-rules/*.yml")
	if err != nil || len(paths) == 0 {
		t.Fatalf("%v %v", paths, err)
	}
	out := map[string]original{}
	for _, path := range paths {
		var f struct{ Groups []struct{ Rules []original } }
		text, err := os.ReadFile(filepath.Clean(path))
		if err != nil {
			t.Fatal(err)
		}
		if err := yaml.Unmarshal(text, &f); err != nil {
			t.Fatal(err)
		}
		for _, g := range f.Groups {
			for _, r := range g.Rules {
				if r.Alert != "" {
					out[r.Alert] = r
				}
			}
		}
	}
	return out
}

// Every alert of Prometheus' rules is there, with its labels, wait and texts.
func TestRulesAreThoseOfPrometheus(t *testing.T) {
	t.Parallel()
	all := originals(t)
	left := maps.Clone(all)
	for _, g := range rules(t) {
		for _, r := range g.Rules {
			delete(left, r.Title)
		}
	}
	if len(left) > 0 {
		t.Errorf("missing: %v", slices.Sorted(maps.Keys(left)))
	}
	each(t, func(t *testing.T, r *rule) {
		t.Helper()
		from, ok := all[r.Title]
		if !ok {
			if !strings.HasPrefix(r.Title, "CiemAudit") {
				t.Error("it is no alert of Prometheus, and not about the audit log")
			}
			return
		}
		labels := maps.Clone(r.Labels)
		if r.Data[0].DatasourceUID == "leastward" {
			delete(labels, alert.LabelIdentityType)
		}
		if diff := cmp.Diff(from.Labels, labels); diff != "" || from.For != r.For {
			t.Errorf("for %s, want %s; labels (-want +got):\n%s", r.For, from.For, diff)
		}
		for name, text := range from.Annotations {
			if got := strings.ReplaceAll(r.Annotations[name], "$values.A.Value", "$value"); got != text {
				t.Errorf("%s: got %s, want %s", name, got, text)
			}
		}
		if expr, ok := r.Data[0].Model["expr"].(string); ok && expr != from.Expr {
			t.Errorf("expression %s, want %s", expr, from.Expr)
		}
	})
}

func TestQuestionsCanBeAsked(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, r *rule) {
		t.Helper()
		q := &r.Data[0]
		if expr, ok := q.Model["expr"].(string); ok {
			if _, err := metricsql.Parse(expr); err != nil {
				t.Error(err)
			}
			return
		}
		text, err := json.Marshal(q.Model)
		if err != nil {
			t.Fatal(err)
		}
		asked, err := model.Decode(&backend.DataQuery{RefID: q.RefID, QueryType: q.QueryType, JSON: text})
		if err != nil {
			t.Fatal(err)
		}
		if err := asked.Variables(); err != nil {
			t.Error(err)
		}
		if asked.Type == model.Audit {
			parsed, err := query.Parse(asked.Audit.Text)
			if err != nil || parsed.Group == nil {
				t.Errorf("%s: %v, or it counts nothing", asked.Audit.Text, err)
			}
		}
	})
}

// The alerts of rules about findings have the labels that the remediator and the
// routes go by, whatever the finding.
func TestAlertsOfFindingsKeepTheContract(t *testing.T) {
	t.Parallel()
	seen := 0
	for _, g := range rules(t) {
		for i := range g.Rules {
			r := &g.Rules[i]
			table, _ := r.Data[0].Model["table"].(map[string]any)
			if table == nil {
				continue
			}
			filters, _ := table["filters"].(map[string]any)
			for _, c := range filters["category"].([]any) {
				seen++
				labels := firing(r, entitlement.Category(c.(string)))
				parsed, err := alert.Parse(labels)
				if err != nil || parsed.Scope < alert.ScopeIdentity {
					t.Errorf("%s: %s: %v (%v)", r.Title, c, err, labels)
				}
				response, ok := alert.Respond(entitlement.Category(c.(string)))
				if !ok || response.Playbook != parsed.Playbook || response.Severity != parsed.Severity {
					t.Errorf("%s: %s is answered by %+v, the rule says %s, %s", r.Title, c, response, parsed.Playbook, parsed.Severity)
				}
			}
		}
	}
	if seen < 30 {
		t.Errorf("only %d categories", seen)
	}
}

// firing returns the labels of an alert as Grafana makes it of a finding: those of
// the row, and those of the rule with its templates filled in.
func firing(r *rule, c entitlement.Category) map[string]string {
	kind, _ := alert.SubjectKind(c)
	row := map[string]string{"cloud": "aws", "system": "111122223333", "category": string(c), "finding": "0011223344556677", "type": "bucket", "resource": "r"}
	if !alert.OfResource(c) {
		row["identity"], row["type"] = "arn:aws:iam::111122223333:user/ana", string(kind)
	}
	labels := maps.Clone(row)
	labels[alert.LabelAlertname], labels["grafana_folder"] = r.Title, "Leastward alerts"
	for name, text := range r.Labels {
		if text == "{{ $$labels.type }}" {
			text = row["type"]
		}
		labels[name] = text
	}
	return labels
}
