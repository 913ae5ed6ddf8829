package starter_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/leastward/leastward/internal/auditlog/query"
	"github.com/leastward/leastward/internal/auditlog/starter"
	"github.com/leastward/leastward/internal/auditlog/trigger"
)

// table is how the documentation shows the triggers.
func table(list []trigger.Definition) string {
	var b strings.Builder
	b.WriteString("| name | alert | clouds | severity | parameters |\n|---|---|---|---|---|\n")
	for i := range list {
		d := &list[i]
		clouds := "all"
		if len(d.Clouds) > 0 {
			clouds = fmt.Sprint(d.Clouds[0])
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s | %s |\n", d.Name, d.Title, clouds, d.Severity, parameters(d))
	}
	for i := range list {
		d := &list[i]
		q := query.Query{Where: d.Where.Node}
		description, _, _ := strings.Cut(d.Description, " This is our interpretation")
		fmt.Fprintf(&b, "\n**`%s`** %s %s\n\n```\n%s\n```\n", d.Name, description, d.Why, q.String())
	}
	return b.String()
}

func parameters(d *trigger.Definition) string {
	var list []string
	for _, p := range d.Parameters {
		value := "none"
		switch {
		case len(p.Values) > 0:
			value = "`[" + strings.Join(p.Values, ", ") + "]`"
		case p.Required:
			value = "must be given"
		}
		list = append(list, fmt.Sprintf("`%s`: %s Default: %s", p.Name, p.Help, value))
	}
	return strings.Join(list, "; ")
}

func TestTheDocumentationHasTheTriggers(t *testing.T) {
	t.Parallel()
	path := filepath.Join("..", "..", "..", "docs", "triggers.md")
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(text), "<!-- triggers -->\n")
	got, _, found := strings.Cut(rest, "<!-- end -->")
	if want := table(starter.Triggers()); !found || got != want {
		t.Errorf("%s lacks, between <!-- triggers --> and <!-- end -->:\n%s", path, want)
	}
}
