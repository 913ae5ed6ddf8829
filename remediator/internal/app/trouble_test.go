package app_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/leastward/leastward/internal/testkit"
	"github.com/leastward/leastward/remediator/internal/act/aws/awstest"
)

// without keeps the credentials of whoever runs the test out of it.
func without(t *testing.T) {
	t.Helper()
	none := filepath.Join(t.TempDir(), "none")
	for _, name := range []string{"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE", "AWS_WEB_IDENTITY_TOKEN_FILE"} {
		t.Setenv(name, "")
	}
	t.Setenv("AWS_CONFIG_FILE", none)
	t.Setenv("AWS_SHARED_CREDENTIALS_FILE", none)
	t.Setenv("AWS_EC2_METADATA_DISABLED", "true")
}

// Without credentials the run waits, and its page says for what.
func TestNoCredentials(t *testing.T) { //nolint:paralleltest // Sets environment variables.
	without(t)
	s := start(t, config("http://"+testkit.FreeAddress(t), "", "mode: dry_run"))
	s.alert("firing", day1, "jo")
	var body struct {
		Runs []struct {
			ID, State string
			Trouble   *struct {
				Attempts      int
				Error, Remedy string
				Until         time.Time
			}
		}
	}
	testkit.Eventually(t, 30*time.Second, "the run is in trouble", func() bool {
		if err := json.Unmarshal([]byte(s.get("/api/v1/runs")), &body); err != nil {
			t.Fatal(err)
		}
		return len(body.Runs) == 1 && body.Runs[0].Trouble != nil
	})
	r := body.Runs[0]
	if r.State != "evidenced" || !strings.HasPrefix(r.Trouble.Remedy, "give the remediator credentials") || r.Trouble.Until.IsZero() {
		t.Errorf("%+v %+v", r, r.Trouble)
	}
	page := s.get("/runs/" + r.ID)
	for _, want := range []string{"Making the plan fails", "What to do:</b> give the remediator credentials", "and given up at "} {
		if !strings.Contains(page, want) {
			t.Errorf("the page has no %q:\n%s", want, page)
		}
	}
	if list := s.get("/"); !strings.Contains(list, "is tried again; give the remediator credentials") {
		t.Errorf("the list does not tell:\n%s", list)
	}
}

// A dry run from an exported file needs neither AWS nor credentials.
func TestExportedFile(t *testing.T) { //nolint:paralleltest // Sets environment variables.
	without(t)
	dir := t.TempDir()
	details := fmt.Sprintf(`{"UserDetailList":[{"Arn":%q,"UserName":"jo","UserId":"AIDA1","UserPolicyList":[{"PolicyName":"w","PolicyDocument":%s}]}],
		"GroupDetailList":[],"RoleDetailList":[],"Policies":[]}`, awstest.ARN("jo"), writeS3)
	file := filepath.Join(dir, "remediator.yml")
	for name, text := range map[string]string{
		filepath.Join(dir, "details.json"): details,
		file: "state: {path: " + filepath.Join(dir, "state.db") + "}\naws: {accounts: [{id: '" + awstest.ID + "', authorization_details: details.json}]}\n" +
			"playbooks: [{name: inactive-user-read-only}]\n",
	} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	s := startFile(t, file)
	s.alert("firing", day1, "jo")
	r := s.await("dry_run_done")
	if page := s.get("/runs/" + r.ID); !strings.Contains(page, "delete inline policy w") || !strings.Contains(page, "put inline policy leastward-read-only") {
		t.Errorf("the page has no plan:\n%s", page)
	}
	s.alert("firing", day1, "al")
	var last runInfo
	testkit.Eventually(t, 30*time.Second, "the run of a user that the file lacks is refused", func() bool {
		last = s.runs()[0]
		return last.State == "refused"
	})
	if !strings.Contains(last.Why, "is not in the exported file "+filepath.Join(dir, "details.json")) {
		t.Errorf("refused because %q", last.Why)
	}
}
