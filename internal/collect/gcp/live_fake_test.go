package gcp_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/leastward/leastward/internal/collect/gcp"
)

// record is a JSON object as an API writes it.
type record = map[string]any

// cloud is a server with the shapes of Google's APIs, whose estate is
// testdata/live. It answers in pages of two.
type cloud struct {
	tb  testing.TB
	url string

	mu     sync.Mutex // Guards what follows.
	faults []*fault
	calls  map[string]int // Requests by "service method path".
	logs   logStore

	stalled chan struct{} // Pulls are answered when it is closed; nil is at once.
}

// fault answers requests in the place of the cloud.
type fault struct {
	on    string // Part of "service method path?query".
	times int    // Below 0 is always.
	give  func(w http.ResponseWriter)
	look  func(r *http.Request) // Only looks, if it is set.
}

func newCloud(tb testing.TB) *cloud {
	tb.Helper()
	c := &cloud{tb: tb, calls: map[string]int{}}
	server := httptest.NewServer(http.HandlerFunc(c.serve))
	tb.Cleanup(server.Close)
	c.url = server.URL
	return c
}

// options are those of a collector of the whole estate.
func (c *cloud) options() gcp.Options {
	return gcp.Options{
		Scope: "organizations/10", Endpoint: c.url + "/{service}", HTTPClient: http.DefaultClient, Now: now, MaxBackoff: time.Millisecond,
		Directory: gcp.Directory{Customer: "my_customer"}, Limits: fast(),
	}
}

func (c *cloud) collector(o gcp.Options) *gcp.Collector {
	c.tb.Helper()
	collector, err := gcp.New(c.tb.Context(), o)
	if err != nil {
		c.tb.Fatal(err)
	}
	return collector
}

func (c *cloud) collect(o gcp.Options) *gcp.Collection {
	c.tb.Helper()
	all, err := c.collector(o).Collect(c.tb.Context())
	if err != nil {
		c.tb.Fatal(err)
	}
	return all
}

// on has requests fail, so many times; below 0 is always.
func (c *cloud) on(what string, times int, give func(w http.ResponseWriter)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.faults = append(c.faults, &fault{on: what, times: times, give: give})
}

// count returns how many requests had a part of "service method path".
func (c *cloud) count(part string) (n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for call, k := range c.calls {
		if strings.Contains(call, part) {
			n += k
		}
	}
	return n
}

func (c *cloud) serve(w http.ResponseWriter, r *http.Request) {
	service, rest, _ := strings.Cut(strings.TrimPrefix(r.URL.EscapedPath(), "/"), "/")
	what := service + " " + r.Method + " /" + rest
	if c.faulty(w, r, what+"?"+r.URL.RawQuery) {
		return
	}
	if c.stalled != nil && strings.HasSuffix(rest, ":pull") {
		select {
		case <-c.stalled:
		case <-r.Context().Done():
		}
		return
	}
	w.Header().Set("Content-Type", "application/json")
	switch service {
	case "cloudasset":
		c.assets(w, r, rest)
	case "cloudresourcemanager":
		c.manager(w, r, rest)
	case "iam":
		c.iam(w, r, rest)
	case "policyanalyzer":
		kind := strings.Split(rest, "/")[6]
		if !strings.Contains(rest, "/shop-prod/") {
			kind = "none"
		}
		c.page(w, r, "activities", filter(c.load("activity"), func(o record) bool { return o["activityType"] == kind }))
	case "cloudidentity":
		c.identity(w, r, rest)
	case "admin":
		if strings.HasSuffix(rest, "/domains") {
			c.write(w, record{"kind": "admin#directory#domains", "domains": c.load("domains")})
			return
		}
		c.page(w, r, "users", c.load("users"))
	default:
		if !c.logs.serve(w, r, service+" "+rest) {
			notFound(w)
		}
	}
}

func (c *cloud) faulty(w http.ResponseWriter, r *http.Request, what string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.calls[what]++
	for _, f := range c.faults {
		if f.times != 0 && strings.Contains(what, f.on) {
			f.times--
			if f.look != nil {
				f.look(r)
				continue
			}
			f.give(w)
			return true
		}
	}
	return false
}

// load reads records of the estate.
func (c *cloud) load(name string) []record {
	data, err := os.ReadFile(filepath.Join("testdata", "live", name+".ndjson"))
	if err != nil {
		c.tb.Error(err)
	}
	var all []record
	for d := json.NewDecoder(strings.NewReader(string(data))); ; {
		d.UseNumber()
		var o record
		if err := d.Decode(&o); err == io.EOF {
			return all
		} else if err != nil {
			c.tb.Errorf("%s: %v", name, err)
			return all
		}
		all = append(all, o)
	}
}

func (c *cloud) write(w http.ResponseWriter, o record) {
	if err := json.NewEncoder(w).Encode(o); err != nil {
		c.tb.Log(err) // Of a client that gave up.
	}
}

// page answers with the page that is asked for.
func (c *cloud) page(w http.ResponseWriter, r *http.Request, list string, all []record) {
	start, _ := strconv.Atoi(r.URL.Query().Get("pageToken"))
	end := min(start+2, len(all))
	o := record{}
	if start < end { // Empty lists are left out.
		o[list] = all[start:end]
	}
	if end < len(all) {
		o["nextPageToken"] = strconv.Itoa(end)
	}
	c.write(w, o)
}

func filter(all []record, keep func(record) bool) []record {
	return slices.DeleteFunc(all, func(o record) bool { return !keep(o) })
}

func str(o record, keys ...string) string {
	for _, key := range keys[:len(keys)-1] {
		o, _ = o[key].(record)
	}
	s, _ := o[keys[len(keys)-1]].(string)
	return s
}

// number names a project as assets do.
func number(ref string) string {
	return strings.NewReplacer("projects/shop-prod", "projects/101", "projects/shop-test", "projects/102").Replace(ref)
}

func (c *cloud) assets(w http.ResponseWriter, r *http.Request, rest string) {
	scope := number(strings.TrimSuffix(strings.TrimPrefix(rest, "v1/"), "/assets"))
	query := r.URL.Query()
	all := map[string]string{"RESOURCE": "resources", "IAM_POLICY": "policies", "ORG_POLICY": "rules"}[query.Get("contentType")]
	c.page(w, r, "assets", filter(c.load(all), func(o record) bool {
		ancestors, _ := o["ancestors"].([]any)
		types := query["assetTypes"]
		return slices.Contains(ancestors, any(scope)) && (types == nil || slices.Contains(types, str(o, "assetType")))
	}))
}

// containers are what the Resource Manager has, in its third version's shape.
func (c *cloud) containers() []record {
	var all []record
	for _, a := range c.load("resources") {
		data, _ := a["resource"].(record)["data"].(record)
		switch strings.TrimPrefix(str(a, "assetType"), "cloudresourcemanager.googleapis.com/") {
		case "Project":
			parent := str(data, "parent", "type") + "s/" + str(data, "parent", "id")
			all = append(all, record{
				"name": "projects/" + str(data, "projectNumber"), "projectId": data["projectId"], "displayName": data["name"],
				"state": "ACTIVE", "parent": parent, "createTime": data["createTime"], "labels": data["labels"],
			})
		case "Folder":
			all = append(all, record{"name": data["name"], "displayName": data["displayName"], "state": "ACTIVE", "parent": data["parent"]})
		case "Organization":
			all = append(all, record{"name": data["name"], "displayName": data["displayName"], "state": "ACTIVE", "directoryCustomerId": str(data, "owner", "directoryCustomerId")})
		}
	}
	return append(all, record{"name": "projects/103", "projectId": "shop-gone", "state": "DELETE_REQUESTED", "parent": "folders/20"})
}

func (c *cloud) manager(w http.ResponseWriter, r *http.Request, rest string) {
	ref, isPolicy := strings.CutSuffix(number(strings.TrimPrefix(rest, "v3/")), ":getIamPolicy")
	switch {
	case isPolicy:
		for _, p := range c.load("policies") {
			if str(p, "name") == "//cloudresourcemanager.googleapis.com/"+ref {
				c.write(w, p["iamPolicy"].(record))
				return
			}
		}
		c.write(w, record{"etag": "ACAB"})
	case ref == "projects" || ref == "folders":
		c.page(w, r, ref, filter(c.containers(), func(o record) bool {
			return str(o, "parent") == r.URL.Query().Get("parent") && strings.HasPrefix(str(o, "name"), ref+"/")
		}))
	default:
		for _, o := range c.containers() {
			if str(o, "name") == ref {
				c.write(w, o)
				return
			}
		}
		refuse("resourcemanager.x.get")(w)
	}
}

// data returns the data of assets of a type in a project or an organization.
func (c *cloud) data(kind, within string) []record {
	var all []record
	for _, a := range c.load("resources") {
		if data, _ := a["resource"].(record)["data"].(record); str(a, "assetType") == kind && strings.HasPrefix(str(data, "name"), within) {
			all = append(all, data)
		}
	}
	return all
}

func (c *cloud) iam(w http.ResponseWriter, r *http.Request, rest string) {
	_, path, _ := strings.Cut(rest, "/")
	switch {
	case path == "roles":
		c.page(w, r, "roles", c.load("roles"))
	case strings.HasSuffix(path, "/roles"):
		c.page(w, r, "roles", c.data("iam.googleapis.com/Role", path+"/"))
	case strings.HasSuffix(path, "/serviceAccounts"):
		c.page(w, r, "accounts", c.data("iam.googleapis.com/ServiceAccount", path+"/"))
	case strings.HasSuffix(path, "/keys"):
		c.write(w, record{"keys": filter(c.data("iam.googleapis.com/ServiceAccountKey", path+"/"), func(o record) bool {
			return str(o, "keyType") == r.URL.Query().Get("keyTypes")
		})})
	case strings.Contains(path, "/denypolicies"):
		c.denials(w, r, path)
	case strings.HasSuffix(path, "/principalAccessBoundaryPolicies"):
		c.page(w, r, "principalAccessBoundaryPolicies", c.load("boundaries"))
	case strings.HasSuffix(path, ":searchPolicyBindings"):
		c.page(w, r, "policyBindings", filter(c.load("bindings"), func(o record) bool {
			return str(o, "policy") == strings.TrimSuffix(path, ":searchPolicyBindings")
		}))
	default:
		notFound(w)
	}
}

// denials answers as the second version of IAM does: lists leave out rules.
func (c *cloud) denials(w http.ResponseWriter, r *http.Request, path string) {
	path = strings.NewReplacer("%2Fshop-prod", "%2F101", "projects%2Fshop-prod", "projects%2F101", "projects%2Fshop-test", "projects%2F102").Replace(path)
	point, id, isOne := strings.Cut(path, "/denypolicies/")
	point = strings.TrimSuffix(point, "/denypolicies")
	all := filter(c.load("denials"), func(o record) bool {
		name := str(o, "name")
		return isOne && name == point+"/denypolicies/"+id || !isOne && strings.HasPrefix(name, point+"/")
	})
	switch {
	case !isOne:
		for _, o := range all {
			delete(o, "rules")
		}
		c.page(w, r, "policies", all)
	case len(all) == 1:
		c.write(w, all[0])
	default:
		notFound(w)
	}
}

func (c *cloud) identity(w http.ResponseWriter, r *http.Request, rest string) {
	path := strings.TrimPrefix(rest, "v1/")
	if name, ok := strings.CutSuffix(path, "/memberships"); ok {
		c.page(w, r, "memberships", filter(c.load("memberships"), func(o record) bool { return strings.HasPrefix(str(o, "name"), name+"/") }))
		return
	}
	for _, g := range c.load("groups") {
		delete(g, "memberships")
		switch {
		case path == "groups:lookup" && str(g, "groupKey", "id") == r.URL.Query().Get("groupKey.id"):
			c.write(w, record{"name": g["name"]})
			return
		case path == str(g, "name"):
			c.write(w, g)
			return
		}
	}
	refuse("")(w)
}

// answer is an error in the shape of Google's APIs.
func answer(status int, code, message string, detail record) func(http.ResponseWriter) {
	return func(w http.ResponseWriter) {
		w.WriteHeader(status)
		e := record{"code": status, "message": message, "status": code}
		if detail != nil {
			detail["@type"] = "type.googleapis.com/google.rpc.ErrorInfo"
			e["details"] = []any{detail}
		}
		_ = json.NewEncoder(w).Encode(record{"error": e})
	}
}

// refuse tells of a permission that is missing.
func refuse(permission string) func(http.ResponseWriter) {
	return answer(http.StatusForbidden, "PERMISSION_DENIED", "The caller does not have permission", record{
		"reason": "IAM_PERMISSION_DENIED", "domain": "iam.googleapis.com", "metadata": record{"permission": permission},
	})
}

// disabled tells of an API that is not enabled.
func disabled(service string) func(http.ResponseWriter) {
	return answer(http.StatusForbidden, "PERMISSION_DENIED", "The API has not been used in project 1 before or it is disabled.", record{
		"reason": "SERVICE_DISABLED", "domain": "googleapis.com", "metadata": record{"service": service, "consumer": "projects/1"},
	})
}

func notFound(w http.ResponseWriter) { answer(http.StatusNotFound, "NOT_FOUND", "not found", nil)(w) }

// throttled tells that a quota is used up.
func throttled(w http.ResponseWriter) {
	answer(http.StatusTooManyRequests, "RESOURCE_EXHAUSTED", "Quota exceeded", record{"reason": "RATE_LIMIT_EXCEEDED", "domain": "googleapis.com"})(w)
}

// text answers with something that is not what the API writes.
func garbled(s string) func(http.ResponseWriter) {
	return func(w http.ResponseWriter) { _, _ = fmt.Fprint(w, s) }
}
