package audit

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"

	"go.yaml.in/yaml/v3"

	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/internal/auditlog/query"
)

//go:embed openapi.yaml
var openAPIText []byte

// OpenAPI returns the description of the API as JSON. The schema of a query is
// the one that package query has.
func OpenAPI() ([]byte, error) {
	var document map[string]any
	if err := yaml.Unmarshal(openAPIText, &document); err != nil {
		return nil, fmt.Errorf("decode openapi.yaml: %w", err)
	}
	var schema map[string]any
	if err := json.Unmarshal(query.Schema(), &schema); err != nil {
		return nil, fmt.Errorf("decode the schema of a query: %w", err)
	}
	components, _ := document["components"].(map[string]any)
	schemas, _ := components["schemas"].(map[string]any)
	schema["$id"] = api.AuditSchemaPath // Its own references are within it.
	schemas["Query"] = schema
	return json.Marshal(document)
}

// openAPIOnce makes the document once; nothing in it changes.
var openAPIOnce = sync.OnceValues(OpenAPI) //nolint:gochecknoglobals // A constant that Go cannot write down.

// OpenAPIHandler answers with the description of the API, as JSON or, where the
// path ends so, as YAML.
func OpenAPIHandler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, ".yaml") {
			w.Header().Set("Content-Type", "application/yaml; charset=utf-8")
			_, _ = w.Write(openAPIText)
			return
		}
		text, err := openAPIOnce()
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(text)
	})
}
