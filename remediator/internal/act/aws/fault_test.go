package aws_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/remediator/internal/act/aws"
	"github.com/leastward/leastward/remediator/internal/act/aws/awstest"
	"github.com/leastward/leastward/remediator/internal/change"
)

// refusing is an AWS that answers every call whose action is in the list with
// an error, and others with what assumes a role.
func refusing(t *testing.T, code string, actions ...string) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		action := r.FormValue("Action")
		if slices.Contains(actions, action) {
			w.WriteHeader(http.StatusForbidden)
			_, _ = fmt.Fprintf(w, `<ErrorResponse><Error><Type>Sender</Type><Code>%s</Code><Message>no %s for you</Message></Error><RequestId>1</RequestId></ErrorResponse>`, code, action)
			return
		}
		_, _ = fmt.Fprint(w, `<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>A</AccessKeyId><SecretAccessKey>s</SecretAccessKey>
			<SessionToken>t</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>`)
	}))
	t.Cleanup(server.Close)
	return server.URL
}

// isolate keeps the credentials of whoever runs the test out of it.
func isolate(t *testing.T) {
	t.Helper()
	none := filepath.Join(t.TempDir(), "none")
	for _, name := range []string{"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE", "AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI"} {
		t.Setenv(name, "")
	}
	t.Setenv("AWS_CONFIG_FILE", none)
	t.Setenv("AWS_SHARED_CREDENTIALS_FILE", none)
	t.Setenv("AWS_EC2_METADATA_DISABLED", "true")
}

// A fault that a person can mend says how, and does not end a run that has only
// read.
func TestRemedies(t *testing.T) { //nolint:paralleltest // Sets environment variables.
	const role = "arn:aws:iam::123456789012:role/reads"
	for name, tc := range map[string]struct {
		code      string
		refused   []string
		role      string
		keys      bool
		text      string
		remedy    string
		permanent bool
	}{
		"no credentials":          {"", nil, "", false, "credentials", "give the remediator credentials: ", false},
		"none to assume with":     {"", nil, role, false, "credentials", "give the remediator credentials: ", false},
		"role not assumable":      {"AccessDenied", []string{"AssumeRole"}, role, true, "no AssumeRole for you", "let the remediator's own identity assume " + role, false},
		"keys of nobody":          {"InvalidClientTokenId", []string{"GetUser"}, "", true, "no GetUser for you", "renew the credentials of the identity of the remediator's environment", false},
		"keys of nobody, assumed": {"InvalidClientTokenId", []string{"AssumeRole"}, role, true, "no AssumeRole for you", "renew the credentials of the remediator's environment, with which it assumes " + role, false},
		"permission missing":      {"AccessDenied", []string{"GetUser"}, "", true, "no GetUser for you", "allow the identity of the remediator's environment the action iam:GetUser; docs/policies/", false},
		"role lacks permission":   {"AccessDenied", []string{"GetUser"}, role, true, "no GetUser for you", "allow " + role + " the action iam:GetUser; docs/policies/", false},
		"wrong request":           {"ValidationError", []string{"GetUser"}, "", true, "no GetUser for you", "", true},
		"another fault":           {"Strange", []string{"GetUser"}, "", true, "no GetUser for you", "", false},
	} {
		t.Run(name, func(t *testing.T) {
			isolate(t)
			if tc.keys {
				t.Setenv("AWS_ACCESS_KEY_ID", "test")
				t.Setenv("AWS_SECRET_ACCESS_KEY", "test")
			}
			account := aws.Account{ID: awstest.ID, Region: "us-east-1", Endpoint: refusing(t, tc.code, tc.refused...), RoleARN: tc.role}
			r, err := aws.NewReader(t.Context(), account, aws.NewJudge(catalog.AWS()))
			if err != nil {
				t.Fatal(err)
			}
			_, err = r.PlanReadOnly(t.Context(), readOnly())
			check(t, err, tc.text, tc.remedy, tc.permanent)
		})
	}
}

func check(t *testing.T, err error, text, remedy string, permanent bool) {
	t.Helper()
	if err == nil || !strings.Contains(err.Error(), text) {
		t.Fatalf("error = %v, want %q", err, text)
	}
	got := ""
	var mendable interface{ Remedy() string }
	if errors.As(err, &mendable) {
		got = mendable.Remedy()
	}
	if !strings.HasPrefix(got, remedy) || remedy == "" && got != "" {
		t.Errorf("remedy = %q, want %q", got, remedy)
	}
	var lasting interface{ Permanent() bool }
	if is := errors.As(err, &lasting) && lasting.Permanent(); is != permanent {
		t.Errorf("%v: permanent is %t", err, is)
	}
}

// A write that is refused ends the run, which may be halfway through.
func TestRefusedWriteIsPermanent(t *testing.T) { //nolint:paralleltest // Sets environment variables.
	isolate(t)
	t.Setenv("AWS_ACCESS_KEY_ID", "test")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "test")
	account := aws.Account{ID: awstest.ID, Region: "us-east-1", Endpoint: refusing(t, "AccessDenied", "TagUser")}
	r, err := aws.NewReader(t.Context(), account, aws.NewJudge(catalog.AWS()))
	if err != nil {
		t.Fatal(err)
	}
	w, err := aws.NewWriter(t.Context(), account, r)
	if err != nil {
		t.Fatal(err)
	}
	err = w.Write(t.Context(), readOnly().Identity, change.Operation{Kind: change.Tag, Name: "k", Set: true, Value: "v"})
	check(t, err, "no TagUser for you", "allow the identity of the remediator's environment the action iam:TagUser", true)
}
