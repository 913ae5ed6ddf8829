package command_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/leastward/leastward/exporter/internal/command"
	"github.com/leastward/leastward/internal/testkit/moto"
)

const (
	account = "123456789012" // The emulator's.
	iamARN  = "arn:aws:iam::" + account + ":"
)

// can and who-can answer over an account that is read through its APIs.
func TestCanLive(t *testing.T) {
	if testing.Short() {
		t.Skip("starts the AWS emulator, which takes seconds")
	}
	emulator := moto.Start(t, "MOTO_IAM_LOAD_MANAGED_POLICIES=false")
	for name, value := range map[string]string{
		"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing", "AWS_EC2_METADATA_DISABLED": "true",
		"AWS_CONFIG_FILE": os.DevNull, "AWS_SHARED_CREDENTIALS_FILE": os.DevNull, "AWS_PROFILE": "",
	} {
		t.Setenv(name, value)
	}
	seed(t, emulator)
	file := filepath.Join(t.TempDir(), "exporter.yml")
	text := fmt.Sprintf("aws: {accounts: [{id: %q, live: {endpoint: %q, rate_limits: {iam: 10000}}}]}\n", account, emulator)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}

	got := exporter(t, "can", "--config.file", file, "--identity", "ana", "--action", "s3:GetObject", "--resource", "arn:aws:s3:::data/x")
	if !strings.HasPrefix(got, "Allowed: "+iamARN+"user/ana may call s3:GetObject") || !strings.Contains(got, "the inline policy read of the group "+iamARN+"group/readers") {
		t.Errorf("ana: %s", got)
	}
	got = exporter(t, "can", "--config.file", file, "--identity", "ana", "--action", "s3:GetObject", "--resource", "arn:aws:s3:::data/private/x")
	if !strings.HasPrefix(got, "Denied") || !strings.Contains(got, `Statement 2 ("NotPrivate")`) {
		t.Errorf("ana, private: %s", got)
	}

	batch := filepath.Join(t.TempDir(), "requests.ndjson")
	lines := fmt.Sprintf("{\"identity\": \"lambda.amazonaws.com\", \"action\": \"sts:AssumeRole\", \"resource\": %q}\n{\"identity\": \"job\", \"action\": \"s3:GetObject\"}\n", iamARN+"role/job")
	if err := os.WriteFile(batch, []byte(lines), 0o600); err != nil {
		t.Fatal(err)
	}
	got = exporter(t, "can", "--config.file", file, "--batch", batch)
	if a, b, ok := strings.Cut(got, "\n"); !ok || !strings.HasPrefix(a, `{"decision":"allowed"`) || !strings.HasPrefix(b, `{"decision":"implicitly_denied"`) {
		t.Errorf("batch: %s", got)
	}

	var who struct {
		Counts     struct{ Allowed, Conditional, Denied int }
		Identities []struct{ Identity string }
	}
	got = exporter(t, "who-can", "--config.file", file, "--action", "s3:GetObject", "--resource", "arn:aws:s3:::data/x", "--format", "json")
	if err := json.Unmarshal([]byte(got), &who); err != nil {
		t.Fatal(err)
	}
	if c := who.Counts; c.Allowed != 2 || c.Conditional != 0 || c.Denied != 1 || len(who.Identities) != 2 ||
		who.Identities[0].Identity != iamARN+"root" || who.Identities[1].Identity != iamARN+"user/ana" {
		t.Errorf("who-can: %s", got)
	}
}

// exporter runs a command that must succeed.
func exporter(t *testing.T, args ...string) string {
	t.Helper()
	var stdout, stderr bytes.Buffer
	if code := command.Run(args, &stdout, &stderr); code != 0 {
		t.Fatalf("exporter %s: exit code %d: %s", strings.Join(args, " "), code, &stderr)
	}
	return stdout.String()
}

// seed makes a user in a group, and a role, through the emulator's plain HTTP
// interface.
func seed(t *testing.T, emulator string) {
	t.Helper()
	const read = `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::data/*"},
		{"Sid": "NotPrivate", "Effect": "Deny", "Action": "s3:*", "Resource": "arn:aws:s3:::data/private/*"}]}`
	const trust = `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]}`
	for _, call := range []url.Values{
		{"Action": {"CreateUser"}, "UserName": {"ana"}},
		{"Action": {"CreateGroup"}, "GroupName": {"readers"}},
		{"Action": {"PutGroupPolicy"}, "GroupName": {"readers"}, "PolicyName": {"read"}, "PolicyDocument": {read}},
		{"Action": {"AddUserToGroup"}, "GroupName": {"readers"}, "UserName": {"ana"}},
		{"Action": {"CreateRole"}, "RoleName": {"job"}, "AssumeRolePolicyDocument": {trust}},
		{"Action": {"GenerateCredentialReport"}}, // So that the collector need not wait for it.
	} {
		call.Set("Version", "2010-05-08")
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, emulator, strings.NewReader(call.Encode()))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=testing/20260101/us-east-1/iam/aws4_request, SignedHeaders=host, Signature=0")
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(resp.Body) // What is cut short is shown as far as it goes.
		if _ = resp.Body.Close(); resp.StatusCode != http.StatusOK {
			t.Fatalf("%s: %s: %s", call.Get("Action"), resp.Status, body)
		}
	}
}
