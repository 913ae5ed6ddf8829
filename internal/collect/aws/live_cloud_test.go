package aws_test

import (
	"bytes"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	awssdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/smithy-go/logging"

	"github.com/leastward/leastward/internal/collect/aws"
	"github.com/leastward/leastward/internal/entitlement"
)

const region = "eu-central-1"

// cloud is one account of the emulator behind a proxy that can disturb it.
type cloud struct {
	account string
	url     string
	emuURL  string

	mu    sync.Mutex
	calls map[string]int
	rules map[string]rule
}

// rule answers the nth call (from 1) of an operation, or lets it pass.
type rule func(n int, body string) *answer

// answer is what a disturbed call gets. Cut means that the emulator's own
// answer breaks off half-way.
type answer struct {
	status int
	body   string
	header map[string]string
	cut    bool
}

func newCloud(t *testing.T, emulator, account string) *cloud {
	t.Helper()
	c := &cloud{account: account, emuURL: emulator, calls: map[string]int{}, rules: map[string]rule{}}
	server := httptest.NewServer(c)
	t.Cleanup(server.Close)
	c.url = server.URL
	return c
}

// on sets the rule for an operation such as "iam:ListMFADevices"; "s3:*" is
// any of a service without a rule of its own.
func (c *cloud) on(operation string, r rule) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.rules[operation] = r
}

func (c *cloud) clear() {
	c.mu.Lock()
	defer c.mu.Unlock()
	clear(c.rules)
	clear(c.calls)
}

func (c *cloud) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	body, err := io.ReadAll(req.Body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	if a := c.disturb(operationOf(req, body), string(body)+req.URL.String()); a != nil && !a.cut {
		for k, v := range a.header {
			w.Header().Set(k, v)
		}
		w.WriteHeader(a.status)
		_, _ = io.WriteString(w, a.body)
		return
	} else if err := c.forward(w, req, body, a != nil); err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
	}
}

func (c *cloud) disturb(operation, body string) *answer {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.calls[operation]++
	service, _, _ := strings.Cut(operation, ":")
	for _, name := range []string{operation, service + ":*"} {
		if r, ok := c.rules[name]; ok {
			return r(c.calls[operation], body)
		}
	}
	return nil
}

func (c *cloud) forward(w http.ResponseWriter, in *http.Request, body []byte, cut bool) error {
	out, err := http.NewRequestWithContext(in.Context(), in.Method, c.emuURL+in.URL.RequestURI(), bytes.NewReader(body))
	if err != nil {
		return err
	}
	out.Header = in.Header.Clone()
	if strings.Contains(in.Header.Get("Authorization"), testKey) { // Not of an assumed role, which tells the account itself.
		out.Header.Set("X-Moto-Account-Id", c.account)
	}
	resp, err := http.DefaultClient.Do(out)
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }()
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		return err
	}
	maps.Copy(w.Header(), resp.Header)
	w.Header().Set("Content-Length", fmt.Sprint(len(data))) // Stays when cut, so that the reader notices.
	w.WriteHeader(resp.StatusCode)
	if cut {
		data = data[:len(data)/2]
	}
	_, err = w.Write(data)
	return err
}

// operationOf names the operation that a request calls, by its protocol.
func operationOf(req *http.Request, body []byte) string {
	scope := regexp.MustCompile(`Credential=[^/]+/\d+/[^/]+/([^/]+)/aws4_request`).FindStringSubmatch(req.Header.Get("Authorization"))
	if scope == nil {
		return "unsigned"
	}
	if target := req.Header.Get("X-Amz-Target"); target != "" {
		return scope[1] + ":" + target[strings.LastIndex(target, ".")+1:]
	}
	if form, err := url.ParseQuery(string(body)); err == nil && form.Get("Action") != "" {
		return scope[1] + ":" + form.Get("Action")
	}
	switch {
	case scope[1] == "s3" && req.Method == http.MethodGet:
		return "s3" + bucketOperation(req.URL)
	case scope[1] == "lambda" && req.Method == http.MethodGet && strings.HasSuffix(req.URL.Path, "/policy"):
		return "lambda:GetPolicy"
	case scope[1] == "lambda" && req.Method == http.MethodGet:
		return "lambda:ListFunctions"
	}
	return scope[1] + ":" + req.Method
}

// bucketOperation names a reading operation of S3 or S3 Control by its path and
// query.
func bucketOperation(u *url.URL) string {
	query := u.Query()
	if strings.HasPrefix(u.Path, "/v20180820/configuration/publicAccessBlock") {
		return "control:GetPublicAccessBlock"
	}
	for part, operation := range map[string]string{
		"policy": "GetBucketPolicy", "encryption": "GetBucketEncryption", "publicAccessBlock": "GetPublicAccessBlock",
		"ownershipControls": "GetBucketOwnershipControls", "acl": "GetBucketAcl", "tagging": "GetBucketTagging", "location": "GetBucketLocation",
	} {
		if query.Has(part) {
			return ":" + operation
		}
	}
	switch {
	case query.Get("list-type") == "2":
		return ":ListObjectsV2"
	case u.Path == "/":
		return ":ListBuckets"
	}
	return ":GetObject"
}

// times disturbs the first n calls.
func times(n int, a *answer) rule {
	return func(call int, _ string) *answer {
		if call <= n {
			return a
		}
		return nil
	}
}

func always(a *answer) rule { return func(int, string) *answer { return a } }

// refusal is an error answer in the form of the operation's protocol.
func refusal(operation, code, message string) *answer {
	switch service, _, _ := strings.Cut(operation, ":"); service {
	case "iam", "sts", "sns":
		return &answer{status: http.StatusForbidden, body: fmt.Sprintf(
			`<ErrorResponse><Error><Type>Sender</Type><Code>%s</Code><Message>%s</Message></Error><RequestId>r</RequestId></ErrorResponse>`, code, message)}
	case "ec2":
		return &answer{status: http.StatusForbidden, body: fmt.Sprintf(
			`<Response><Errors><Error><Code>%s</Code><Message>%s</Message></Error></Errors><RequestID>r</RequestID></Response>`, code, message)}
	case "s3control":
		return &answer{status: http.StatusForbidden, body: fmt.Sprintf(
			`<ErrorResponse><Error><Code>%s</Code><Message>%s</Message></Error></ErrorResponse>`, code, message)}
	case "s3":
		return &answer{status: http.StatusForbidden, body: fmt.Sprintf(`<Error><Code>%s</Code><Message>%s</Message></Error>`, code, message)}
	default:
		return &answer{
			status: http.StatusBadRequest, body: fmt.Sprintf(`{"__type":%q,"message":%q}`, code, message),
			header: map[string]string{"X-Amzn-Errortype": code, "Content-Type": "application/x-amz-json-1.1"},
		}
	}
}

func throttled(operation string) *answer { return refusal(operation, "Throttling", "Rate exceeded") }

// options collect the account as fast as the emulator bears.
func (c *cloud) options() aws.Options {
	return aws.Options{
		Regions: []string{region}, Endpoint: c.url, Credentials: testCredentials(),
		MaxBackoff: 20 * time.Millisecond, PollInterval: 10 * time.Millisecond, Attempts: 4,
		Limits: unlimited(), Now: func() time.Time { return now },
	}
}

const testKey = "AKIAIOSFODNN7EXAMPLE"

var now = time.Date(2026, 3, 31, 12, 0, 0, 0, time.UTC)

func testCredentials() awssdk.CredentialsProvider {
	return awssdk.NewCredentialsCache(credentials.NewStaticCredentialsProvider(testKey, "secret", ""))
}

func (c *cloud) config() awssdk.Config {
	return awssdk.Config{Region: region, BaseEndpoint: &c.url, Credentials: testCredentials(), Logger: logging.Nop{}}
}

func (c *cloud) collector(t *testing.T, o aws.Options) *aws.Collector {
	t.Helper()
	collector, err := aws.New(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	return collector
}

// collect reads the account and fails the test if that is refused.
func (c *cloud) collect(t *testing.T, o aws.Options) (*entitlement.Inventory, *aws.Collector) {
	t.Helper()
	collector := c.collector(t, o)
	inv, err := collector.Collect(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return inv, collector
}
