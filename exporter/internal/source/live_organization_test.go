package source_test

import (
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/leastward/leastward/exporter/internal/collector"
	"github.com/leastward/leastward/exporter/internal/config"
	"github.com/leastward/leastward/exporter/internal/onboard"
	"github.com/leastward/leastward/exporter/internal/source"
	"github.com/leastward/leastward/exporter/internal/store"
	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/entitlement"
)

// organization is one of the emulator, with the exporter in its management
// account, behind a proxy that can refuse to assume roles.
type organization struct {
	*testing.T
	emulator, url, management, root, unit string

	mu      sync.Mutex
	refused string   // An account whose role may not be assumed.
	assumed []string // "<role> <external id>" of each request.
}

func newOrganization(t *testing.T, emulator, management string) *organization {
	t.Helper()
	o := &organization{T: t, emulator: emulator, management: management}
	target, err := url.Parse(emulator)
	if err != nil {
		t.Fatal(err)
	}
	proxy := &httputil.ReverseProxy{ErrorLog: slog.NewLogLogger(slog.DiscardHandler, slog.LevelDebug), Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(target)
		if strings.Contains(r.In.Header.Get("Authorization"), "Credential=testing/") { // Not of an assumed role, which tells the account itself.
			r.Out.Header.Set("X-Moto-Account-Id", management)
		}
	}}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body) // What is cut short the emulator refuses.
		r.Body, r.ContentLength = io.NopCloser(strings.NewReader(string(body))), int64(len(body))
		if form, err := url.ParseQuery(string(body)); err == nil && form.Get("Action") == "AssumeRole" && o.refuses(form) {
			w.WriteHeader(http.StatusForbidden)
			_, _ = io.WriteString(w, `<ErrorResponse><Error><Code>AccessDenied</Code><Message>not authorized to perform: sts:AssumeRole</Message></Error></ErrorResponse>`)
			return
		}
		proxy.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	o.url = server.URL
	o.ask("CreateOrganization", `{"FeatureSet":"ALL"}`)
	o.root = o.ask("ListRoots", `{}`, "Roots", "0", "Id")
	o.unit = o.ask("CreateOrganizationalUnit", `{"ParentId":"`+o.root+`","Name":"prod"}`, "OrganizationalUnit", "Id")
	return o
}

func (o *organization) refuses(form url.Values) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.assumed = append(o.assumed, form.Get("RoleArn")+" "+form.Get("ExternalId"))
	return o.refused != "" && strings.Contains(form.Get("RoleArn"), ":"+o.refused+":")
}

// ask calls the organisation's API and returns what stands at a path of the
// answer.
func (o *organization) ask(operation, body string, path ...string) string {
	o.Helper()
	req, err := http.NewRequestWithContext(o.Context(), http.MethodPost, o.emulator+"/", strings.NewReader(body))
	if err != nil {
		o.Fatal(err)
	}
	req.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=testing/20260101/us-east-1/organizations/aws4_request, SignedHeaders=host, Signature=0")
	req.Header.Set("X-Moto-Account-Id", o.management)
	req.Header.Set("Content-Type", "application/x-amz-json-1.1")
	req.Header.Set("X-Amz-Target", "AWSOrganizationsV20161128."+operation)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		o.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	data, _ := io.ReadAll(resp.Body) // What is cut short is no JSON.
	var value any
	if len(path) > 0 && json.Unmarshal(data, &value) != nil || resp.StatusCode != http.StatusOK {
		o.Fatalf("%s: %s %s", operation, resp.Status, data)
	}
	for _, key := range path {
		if list, ok := value.([]any); ok && len(list) > 0 {
			value = list[0]
			continue
		}
		object, _ := value.(map[string]any)
		value = object[key]
	}
	text, _ := value.(string)
	return text
}

// account makes one in the unit.
func (o *organization) account(name string) string {
	o.Helper()
	id := o.ask("CreateAccount", `{"AccountName":"`+name+`","Email":"`+name+`@example.com","Tags":[{"Key":"owner","Value":"team-`+name+`"}]}`, "CreateAccountStatus", "AccountId")
	o.ask("MoveAccount", `{"AccountId":"`+id+`","SourceParentId":"`+o.root+`","DestinationParentId":"`+o.unit+`"}`)
	return id
}

func (o *organization) options(mode string, selected []string, accounts ...*config.Account) source.Options {
	o.Helper()
	data, err := store.Open(o.TempDir())
	if err != nil {
		o.Fatal(err)
	}
	limits := map[string]float64{"cloudtrail": 1e6, "iam": 1e6, "ec2": 1e6, "lambda": 1e6, "organizations": 1e6, "s3": 1e6, "sts": 1e6, "kms": 1e6, "sns": 1e6, "sqs": 1e6, "secretsmanager": 1e6, "s3control": 1e6}
	aws := config.AWS{Accounts: accounts, Organization: &config.AWSOrganization{
		RoleARN: "arn:aws:iam::" + o.management + ":role/LeastwardOrganization", AccountRole: "LeastwardRead", ExternalID: "4711",
		OwnerTag: "owner", Onboard: mode, Selected: selected, Live: &config.Live{Regions: []string{home}, Endpoint: o.url, Limits: limits},
	}}
	return source.Options{
		Accounts: accounts, Sections: []config.Section{aws.Section()}, Window: 90 * 24 * time.Hour, Catalog: catalog.AWS(), Store: data,
		Now: time.Now, Logger: slog.New(slog.DiscardHandler),
	}
}

func (o *organization) sources(options source.Options) map[string]collector.Source {
	o.Helper()
	list, err := source.Sources(o.Context(), options)
	if err != nil {
		o.Fatal(err)
	}
	all := map[string]collector.Source{}
	for _, s := range list {
		all[string(s.System().ID)] = s
	}
	if len(all) != len(list) {
		o.Errorf("%d sources of %d systems", len(list), len(all))
	}
	return all
}

// organized finds accounts, reads them with roles of their own, and goes on where
// one can't be read.
func organized(o *organization) {
	shop, lab := o.account("shop"), o.account("lab")
	all := o.sources(o.options("automatic", nil))
	if len(all) != 3 {
		o.Fatalf("%d sources, want the management account and two members", len(all))
	}
	want := entitlement.System{Cloud: entitlement.AWS, ID: entitlement.SystemID(shop), Name: "shop", Owner: "team-shop", Folders: []string{"prod"}}
	if diff := cmp.Diff(want, all[shop].System()); diff != "" {
		o.Errorf("system (-want +got):\n%s", diff)
	}
	o.refuse(lab)
	_, err := all[lab].Read(o.Context(), time.Now())
	for _, says := range []string{"account " + lab, "arn:aws:iam::" + lab + ":role/LeastwardRead", "trust policy", "external id", "AccessDenied"} {
		if err == nil || !strings.Contains(err.Error(), says) {
			o.Errorf("error %v, want %q", err, says)
		}
	}
	r, err := all[shop].Read(o.Context(), time.Now())
	if err != nil {
		o.Fatal(err)
	}
	if got := r.Inventory.System; got.ID != want.ID || got.Name != "shop" || r.Inventory.Organization == nil || string(r.Inventory.Organization.Management) != o.management {
		o.Errorf("%+v, organisation %+v", got, r.Inventory.Organization)
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, role := range o.assumed {
		if !strings.HasSuffix(role, " 4711") {
			o.Errorf("assumed %q without the external id", role)
		}
	}
}

func (o *organization) refuse(account string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.refused = account
}

// modes holds that what the configuration says of an account goes before what is
// found, in each mode.
func modes(o *organization) {
	shop, lab, old := o.account("shop"), o.account("lab"), o.account("old")
	o.ask("CloseAccount", `{"AccountId":"`+old+`"}`)
	accounts := []*config.Account{
		{ID: shop, Owner: "team-own", Folders: []string{"own"}},
		{ID: o.management, Name: "files", Files: &config.Files{AuthorizationDetails: "none.json"}},
	}
	for mode, want := range map[string][]string{
		"automatic": {shop, lab, o.management}, "listed": {shop, o.management}, "selected": {shop, o.management},
	} {
		all := o.sources(o.options(mode, nil, accounts...))
		for _, id := range want {
			if all[id] == nil || len(all) != len(want) {
				o.Errorf("%s: %d sources, want %v", mode, len(all), want)
			}
		}
		if s := all[shop].System(); s.Owner != "team-own" || s.Folders[0] != "own" || mode != "listed" && s.Name != "shop" {
			o.Errorf("%s: %+v", mode, s)
		}
		if _, files := all[o.management].(*source.Files); !files {
			o.Errorf("%s: the account with files of its own is read by %T", mode, all[o.management])
		}
	}
	if all := o.sources(o.options("selected", []string{lab}, accounts...)); all[lab] == nil || len(all) != 3 {
		o.Errorf("selected: %d sources", len(all))
	}
}

// states follows accounts from their discovery on: a new one is to be collected
// without a restart, one that is closed is offline.
func states(o *organization) {
	shop := o.account("shop")
	options := o.options("automatic", nil)
	now := time.Now()
	roster, err := onboard.New(onboard.Options{Now: func() time.Time { now = now.Add(time.Minute); return now }})
	if err != nil {
		o.Fatal(err)
	}
	options.Roster = roster
	sections := source.Onboarding(options)
	state := func(id string) (onboard.State, string) {
		roster.Refresh(o.Context(), sections)
		if err := roster.Failure("aws"); err != nil {
			o.Fatal(err)
		}
		for _, s := range roster.Statuses(&sections[0], func(id entitlement.SystemID) onboard.Progress {
			return onboard.Progress{Attempted: now, Succeeded: map[bool]time.Time{true: now}[string(id) == shop]}
		}) {
			if string(s.System.ID) == id {
				return s.State, s.Reason
			}
		}
		return "", ""
	}
	if got, _ := state(shop); got != onboard.Onboarded {
		o.Errorf("shop is %s", got)
	}
	lab := o.account("lab")
	if got, _ := state(lab); got != onboard.InProgress || len(roster.Systems(&sections[0])) != 3 {
		o.Errorf("lab is %q", got)
	}
	o.ask("CloseAccount", `{"AccountId":"`+shop+`"}`)
	if got, why := state(shop); got != onboard.Offline || !strings.Contains(why, "disabled") {
		o.Errorf("a closed account is %s: %s", got, why)
	}
	o.refuse(o.management)
	roster.Refresh(o.Context(), sections)
	if err := roster.Failure("aws"); err == nil || !strings.Contains(err.Error(), "role/LeastwardOrganization can't be assumed") {
		o.Errorf("the organisation's role is refused: %v", err)
	}
	if n := len(roster.Systems(&sections[0])); n != 3 {
		o.Errorf("%d accounts after a discovery that failed", n)
	}
}

// mistakes of the template are found before anything is asked.
func TestOrganizationTemplate(t *testing.T) {
	t.Parallel()
	aws := config.AWS{Organization: &config.AWSOrganization{AccountRole: "r", Live: &config.Live{Limits: map[string]float64{"iamm": 1}}}}
	_, err := source.Sources(t.Context(), source.Options{Sections: []config.Section{aws.Section()}})
	if err == nil || !strings.HasPrefix(err.Error(), "aws.organization: live.rate_limits.iamm: is no API family") {
		t.Errorf("error %v", err)
	}
}
