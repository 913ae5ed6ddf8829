package model_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"

	"github.com/leastward/leastward/datasource/pkg/model"
	"github.com/leastward/leastward/internal/auditlog/query"
)

// What is left out has its default; Grafana's own members do no harm.
func TestDecodeDefaults(t *testing.T) {
	t.Parallel()
	q, err := model.Decode(&backend.DataQuery{
		RefID: "A", Interval: 90 * time.Second,
		JSON: []byte(`{"refId":"A","datasource":{"uid":"x"},"intervalMs":5,"hide":false,"audit":{"text":"* | series $__interval"},"scope":{"folders":["All"],"systems":["1",""]}}`),
	})
	if err != nil {
		t.Fatal(err)
	}
	if q.Type != model.Audit || q.Version != 1 || q.Audit.Format != model.FormatTable || q.Audit.Editor != model.EditorText {
		t.Errorf("decoded %+v", q)
	}
	if q.Audit.Text != "* | series 1m30s" || len(q.Scope.Folders) != 0 || len(q.Scope.Systems) != 1 {
		t.Errorf("text %q, scope %+v", q.Audit.Text, q.Scope)
	}
}

// Names of the clouds that look like variables are none; those of which a part
// is switched off do not count.
func TestVariables(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`{"audit":{"text":"resource:~\"$LATEST\" and text:${aws:username}"}}`: "",
		`{"audit":{"text":"outcome:denied and disabled(username:$user)"}}`:    "",
		`{"audit":{"text":"username:$user"}}`:                                 "$user",
		`{"audit":{"text":"(username:$user"}}`:                                "$user",
		`{"audit":{"text":"username:${user:csv} $a_b"}}`:                      "$a_b, ${user:csv}",
		`{"queryType":"pci","table":{"name":"pci","search":"costs $5"}}`:      "$5",
		`{"queryType":"pci","table":{"name":"pci"},"audit":{"text":"$x"}}`:    "",
	} {
		q, err := model.Decode(&backend.DataQuery{JSON: []byte(text)})
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		if err := q.Variables(); (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), "for "+want+" here") {
			t.Errorf("%s: %v", text, err)
		}
	}
}

// Whatever a query is, it is decoded or there is an error for whoever wrote it.
func FuzzDecode(f *testing.F) {
	for _, seed := range []string{
		`{}`, `[]`, `null`, `{"audit":null}`, `{"queryType":"audit","version":1,"audit":{"text":"outcome:denied | count by identity"}}`,
		`{"audit":{"editor":"builder","query":{"where":{"all":[{"field":"username","op":"is","values":["$a"]},{"not":{"any":[]}}]}}}}`,
		`{"queryType":"pci","table":{"name":"pci","filters":{"by":["all"]},"sort":[{"by":"pci","descending":true}]}}`,
		`{"queryType":"path","path":{"start":"session","value":"x","role":"r"}}`, `{"limit":1e99}`, `{"scope":{"systems":[1]}}`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		q, err := model.Decode(&backend.DataQuery{JSON: []byte(text)})
		if err != nil {
			own, isOwn := errors.AsType[*model.Error](err)
			_, isNode := errors.AsType[*query.Error](err)
			if !isOwn && !isNode || isOwn && own.Message == "" {
				t.Fatalf("%q: %T %v", text, err, err)
			}
			return
		}
		if q.Limit < 0 || q.Version != model.Version {
			t.Fatalf("%q was taken: %+v", text, q)
		}
		_ = q.Variables()
	})
}
