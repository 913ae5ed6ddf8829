package azure_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"github.com/leastward/leastward/internal/collect/azure"
)

// cloud is an Azure that answers in the published shapes, two values a page.
type cloud struct {
	*httptest.Server
	mu       sync.Mutex // Guards what follows.
	lists    map[string][]string
	faults   map[string][]fault // By path: the next answers, each once; one with forever stays.
	asked    map[string]int     // Requests by path.
	log      *logStore
	resource []string
	types    map[string]bool // That Resource Graph was asked about.
}

// fault is an answer that is none.
type fault struct {
	status  int
	code    string
	header  map[string]string
	body    string
	forever bool
}

func refusal() fault { return fault{status: 403, code: "AuthorizationFailed", forever: true} }

func newCloud(t *testing.T, lists map[string][]string, resources []string) *cloud {
	t.Helper()
	c := &cloud{lists: lists, resource: resources, faults: map[string][]fault{}, asked: map[string]int{}, log: newLogStore()}
	c.Server = httptest.NewServer(http.HandlerFunc(c.serve))
	t.Cleanup(c.Close)
	return c
}

func (c *cloud) fail(path string, faults ...fault) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.faults[path] = faults
}

func (c *cloud) requests(path string) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.asked[path]
}

func (c *cloud) paths() map[string]int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return maps.Clone(c.asked)
}

func (c *cloud) serve(w http.ResponseWriter, r *http.Request) {
	path := r.URL.Path
	c.mu.Lock()
	c.asked[path]++
	faults := c.faults[path]
	if strings.Contains(r.URL.RawQuery, "signInActivity") {
		if special := c.faults[path+"?signInActivity"]; len(special) > 0 {
			faults = special
		}
	}
	if len(faults) > 0 && !faults[0].forever {
		c.faults[path] = faults[1:]
	}
	c.mu.Unlock()
	switch {
	case !strings.HasPrefix(r.Header.Get("Authorization"), "Bearer token of "):
		answerError(w, fault{status: 401, code: "InvalidAuthenticationToken"})
	case len(faults) > 0:
		answerError(w, faults[0])
	case c.log.serves(path):
		c.log.serve(w, r)
	case strings.HasSuffix(path, "/Microsoft.ResourceGraph/resources"):
		c.query(w, r)
	default:
		c.list(w, r)
	}
}

func answerError(w http.ResponseWriter, f fault) {
	for name, value := range f.header {
		w.Header().Set(name, value)
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(f.status)
	if f.body == "" {
		f.body = fmt.Sprintf(`{"error":{"code":%q,"message":"as the test has it"}}`, f.code)
	}
	_, _ = io.WriteString(w, f.body)
}

// list answers with a page of a list, the fields of $select alone where there
// is one.
func (c *cloud) list(w http.ResponseWriter, r *http.Request) {
	values, ok := c.lists[r.URL.Path]
	if !ok {
		answerError(w, fault{status: 404, code: "NotFound"})
		return
	}
	if strings.HasPrefix(r.URL.Path, "/providers/Microsoft.Management/managementGroups/") { // One object.
		_, _ = io.WriteString(w, values[0])
		return
	}
	from, _ := strconv.Atoi(r.URL.Query().Get("$skiptoken"))
	to := min(from+2, len(values))
	page := `{"value":[` + strings.Join(selected(values[from:to], r.URL.Query().Get("$select")), ",") + `]`
	if to < len(values) {
		next := *r.URL
		q := next.Query()
		q.Set("$skiptoken", strconv.Itoa(to))
		next.RawQuery = q.Encode()
		name := "nextLink"
		if strings.HasPrefix(r.URL.Path, "/v1.0/") || strings.HasPrefix(r.URL.Path, "/beta/") {
			name = "@odata.nextLink"
		}
		page += fmt.Sprintf(`,%q:%q`, name, c.URL+next.String())
	}
	_, _ = io.WriteString(w, page+"}")
}

func selected(values []string, fields string) []string {
	if fields == "" {
		return values
	}
	var all []string
	for _, v := range values {
		var object map[string]json.RawMessage
		_ = json.Unmarshal([]byte(v), &object)
		for key := range object {
			if !strings.HasPrefix(key, "@") && !slices.Contains(strings.Split(fields, ","), key) {
				delete(object, key)
			}
		}
		b, _ := json.Marshal(object)
		all = append(all, string(b))
	}
	return all
}

// query answers a request of Resource Graph.
func (c *cloud) query(w http.ResponseWriter, r *http.Request) {
	var q struct {
		Subscriptions []string `json:"subscriptions"`
		Query         string   `json:"query"`
		Options       struct {
			ResultFormat string `json:"resultFormat"`
			SkipToken    string `json:"$skipToken"`
		} `json:"options"`
	}
	if err := json.NewDecoder(r.Body).Decode(&q); err != nil || r.Method != http.MethodPost || q.Options.ResultFormat != "objectArray" || !strings.HasPrefix(q.Query, "resources |") {
		answerError(w, fault{status: 400, code: "BadRequest"})
		return
	}
	c.mu.Lock()
	for _, m := range regexp.MustCompile(`'(microsoft\.[^']+)'`).FindAllStringSubmatch(q.Query, -1) {
		if c.types == nil {
			c.types = map[string]bool{}
		}
		c.types[m[1]] = true
	}
	c.mu.Unlock()
	var rows []string
	for _, one := range c.resource {
		if slices.ContainsFunc(q.Subscriptions, func(s string) bool { return strings.Contains(strings.ToLower(one), "/subscriptions/"+s+"/") }) {
			rows = append(rows, one)
		}
	}
	from, _ := strconv.Atoi(q.Options.SkipToken)
	to := min(from+2, len(rows))
	page := fmt.Sprintf(`{"totalRecords":%d,"count":%d,"resultTruncated":"false","data":[%s]`, len(rows), to-from, strings.Join(rows[from:to], ","))
	if to < len(rows) {
		page += fmt.Sprintf(`,"$skipToken":"%d"`, to)
	}
	_, _ = io.WriteString(w, page+"}")
}

// token signs in without asking anybody.
type token struct{}

func (token) GetToken(_ context.Context, o policy.TokenRequestOptions) (azcore.AccessToken, error) {
	return azcore.AccessToken{Token: "token of " + strings.Join(o.Scopes, " "), ExpiresOn: time.Now().Add(time.Hour)}, nil
}

func (c *cloud) options() azure.Options {
	return azure.Options{
		Endpoint: c.URL, Credential: token{}, Now: exported, MaxBackoff: time.Millisecond, Attempts: 3,
		Limits: fast(),
	}
}

func fast() map[string]limit {
	all := azure.DefaultLimits()
	for family := range all {
		all[family] = 1e6
	}
	return all
}

func (c *cloud) collect(t *testing.T, o azure.Options) (*azure.Live, *azure.Collector) {
	t.Helper()
	collector, err := azure.New(o)
	if err != nil {
		t.Fatal(err)
	}
	live, err := collector.Collect(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	accounted(t, live.Estate)
	return live, collector
}
