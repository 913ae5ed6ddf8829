package source_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/leastward/leastward/exporter/internal/collector"
	"github.com/leastward/leastward/exporter/internal/config"
	"github.com/leastward/leastward/exporter/internal/source"
	"github.com/leastward/leastward/exporter/internal/store"
	"github.com/leastward/leastward/internal/catalog"
)

const (
	home   = "eu-central-1"
	second = "us-east-1"
	third  = "us-west-2"
)

// cloud is one account of the emulator with a trail, behind a proxy that can
// disturb it.
type cloud struct {
	account  string
	bucket   string
	url      string // The proxy's.
	emulator string
	regions  []string
	queue    string        // URL of the queue that is told of files, "" is none.
	lookup   bool          // Events come from LookupEvents and not from the bucket.
	window   time.Duration // How far back events are read.
	files    int           // Delivered so far.

	mu   sync.Mutex // Guards rule, which sees one call at a time.
	rule func(*call)
}

// call is a request to the cloud that a rule may answer, in answer.
type call struct {
	op     string // "s3:GetObject", "s3:ListObjectsV2", "cloudtrail:LookupEvents", or "".
	region string
	path   string
	body   string
	answer *answer // Nil lets the emulator answer.
}

type answer struct {
	status int
	body   string
}

// newCloud makes an account with some users, and a bucket that its trail
// delivers to.
func newCloud(t *testing.T, emulator, account string) *cloud {
	t.Helper()
	c := &cloud{account: account, bucket: "trail-" + account, emulator: emulator, regions: []string{home}, window: 90 * 24 * time.Hour}
	target, err := url.Parse(emulator)
	if err != nil {
		t.Fatal(err)
	}
	quiet := slog.NewLogLogger(slog.DiscardHandler, slog.LevelDebug) // Of readings that are cancelled.
	proxy := &httputil.ReverseProxy{ErrorLog: quiet, Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(target)
		r.Out.Header.Set("X-Moto-Account-Id", account)
	}}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if a := c.disturb(r); a != nil {
			w.Header().Set("Content-Type", "application/x-amz-json-1.1")
			w.WriteHeader(a.status)
			_, _ = io.WriteString(w, a.body)
			return
		}
		proxy.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	c.url = server.URL
	c.seed(t)
	return c
}

// on sets the rule that sees each call from now on; nil is none.
func (c *cloud) on(rule func(*call)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.rule = rule
}

func (c *cloud) disturb(r *http.Request) *answer {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.rule == nil {
		return nil
	}
	now := callOf(r)
	if now.op == "cloudtrail:LookupEvents" {
		data, _ := io.ReadAll(r.Body) // What is cut short is no JSON.
		now.body = string(data)
	}
	c.rule(now)
	return now.answer
}

func callOf(r *http.Request) *call {
	scope := regexp.MustCompile(`Credential=[^/]+/\d+/([^/]+)/([^/]+)/aws4_request`).FindStringSubmatch(r.Header.Get("Authorization"))
	if scope == nil {
		return &call{}
	}
	now := &call{region: scope[1], path: r.URL.Path}
	switch service := scope[2]; {
	case strings.HasSuffix(r.Header.Get("X-Amz-Target"), ".LookupEvents"):
		now.op = "cloudtrail:LookupEvents"
	case service == "sqs":
		now.op = strings.Replace(r.Header.Get("X-Amz-Target"), "AmazonSQS.", "sqs:", 1)
	case service == "s3" && r.URL.Query().Get("list-type") == "2":
		now.op = "s3:ListObjectsV2"
	case service == "s3" && r.Method == http.MethodGet:
		now.op = "s3:GetObject"
	}
	return now
}

// seed fills the account through the emulator's plain HTTP interface.
func (c *cloud) seed(t *testing.T) {
	t.Helper()
	for _, name := range users() {
		c.send(t, http.MethodPost, "iam", "/", "", url.Values{"Action": {"CreateUser"}, "Version": {"2010-05-08"}, "UserName": {name}}.Encode())
	}
	// The first of these calls starts the report, which the collector would wait for.
	c.send(t, http.MethodPost, "iam", "/", "", "Action=GenerateCredentialReport&Version=2010-05-08")
	c.send(t, http.MethodPut, "s3", "/"+c.bucket, "",
		`<CreateBucketConfiguration><LocationConstraint>`+home+`</LocationConstraint></CreateBucketConfiguration>`)
	const trails = "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101."
	c.send(t, http.MethodPost, "cloudtrail", "/", trails+"CreateTrail",
		fmt.Sprintf(`{"Name":"main","S3BucketName":%q,"IsMultiRegionTrail":true}`, c.bucket))
	c.send(t, http.MethodPost, "cloudtrail", "/", trails+"StartLogging", `{"Name":"main"}`)
}

func (c *cloud) send(t *testing.T, method, service, path, target, body string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, c.emulator+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=testing/20260101/"+home+"/"+service+"/aws4_request, SignedHeaders=host, Signature=0")
	req.Header.Set("X-Moto-Account-Id", c.account)
	req.Header.Set("Content-Type", map[string]string{
		"iam": "application/x-www-form-urlencoded", "cloudtrail": "application/x-amz-json-1.1", "sqs": "application/x-amz-json-1.0", "s3": "application/octet-stream",
	}[service])
	if target != "" {
		req.Header.Set("X-Amz-Target", target)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	if data, _ := io.ReadAll(resp.Body); resp.StatusCode != http.StatusOK {
		t.Fatalf("%s %s %s: %s: %s", method, service, path, resp.Status, data)
	}
}

// deliver puts a file with the records into the bucket, as the trail does, and
// returns its key.
func (c *cloud) deliver(t *testing.T, region string, at time.Time, records ...record) string {
	t.Helper()
	c.files++
	key := fmt.Sprintf("AWSLogs/%[1]s/CloudTrail/%[2]s/%[3]s/%[1]s_CloudTrail_%[2]s_%[4]s_%016[5]X.json.gz",
		c.account, region, at.UTC().Format("2006/01/02"), at.UTC().Format("20060102T1504Z"), c.files)
	c.send(t, http.MethodPut, "s3", "/"+c.bucket+"/"+key, "", c.file(t, region, records))
	return key
}

// start returns the account's source as after a start of the process, over
// what is kept in a directory.
func (c *cloud) start(t *testing.T, dir string) collector.Source {
	t.Helper()
	return c.startWith(t, dir, source.Audit{})
}

func (c *cloud) startWith(t *testing.T, dir string, audit source.Audit) collector.Source {
	t.Helper()
	kept, err := store.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	live := &config.Live{Regions: c.regions, Endpoint: c.url, LookupEvents: c.lookup, Limits: map[string]float64{
		"iam": 10_000, "ec2": 10_000, "lambda": 10_000, "organizations": 10_000, "s3": 10_000, "sts": 10_000,
		"sqs": 10_000, "cloudtrail": 10_000, "cloudtrail:LookupEvents": 10_000,
	}}
	if !c.lookup {
		live.Trail = &config.Trail{Bucket: c.bucket}
		if c.queue != "" {
			live.Trail.Queue = &config.TrailQueue{URL: c.queue}
		}
	}
	sources, err := source.New(source.Options{
		Accounts: []*config.Account{{ID: c.account, Live: live}},
		Window:   c.window, Catalog: catalog.AWS(), Store: kept, Audit: audit, Logger: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	return sources[0]
}

// read reads the account and fails the test if that is not possible.
func read(t *testing.T, s collector.Source) *collector.Reading {
	t.Helper()
	reading, err := s.Read(t.Context(), time.Now())
	if err != nil {
		t.Fatal(err)
	}
	return reading
}

// fail reads the account and fails the test if that is possible.
func fail(ctx context.Context, t *testing.T, s collector.Source) error {
	t.Helper()
	_, err := s.Read(ctx, time.Now())
	if err == nil {
		t.Fatal("the reading succeeded")
	}
	return err
}
