package aws_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/remediator/internal/act/aws"
	"github.com/leastward/leastward/remediator/internal/act/aws/awstest"
	"github.com/leastward/leastward/remediator/internal/change"
)

// details is an export of user jo.
func details(user, rest string) string {
	return fmt.Sprintf(`{"UserDetailList":[{"Arn":%q,"UserName":"jo","UserId":"AIDA1",%s}],"GroupDetailList":[],"RoleDetailList":[],"Policies":[]%s}`,
		awstest.ARN("jo"), user, rest)
}

func readOnly() change.ReadOnly {
	return change.ReadOnly{Identity: "arn:aws:iam::" + awstest.ID + ":user/jo", Since: time.Unix(0, 0)}
}

// A file of which something is missing gives no plan, and says what to do.
func TestExportedFileThatLacksSomething(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct{ text, want string }{
		"no file":                   {"", "no such file or directory"},
		"no export":                 {`{"Users":[]}`, "UserDetailList, GroupDetailList, RoleDetailList and Policies are missing"},
		"another account":           {strings.ReplaceAll(details(`"Tags":[]`, ""), awstest.ID, "999999999999"), `it is of account "999999999999", not of 123456789012`},
		"no document of a policy":   {details(`"AttachedManagedPolicies":[{"PolicyArn":"arn:aws:iam::aws:policy/X"}]`, ""), "it has no document of policy arn:aws:iam::aws:policy/X"},
		"no inline document":        {details(`"UserPolicyList":[{"PolicyName":"w"}]`, ""), "it has no document of policy arn:aws:iam::123456789012:user/jo/inline/w"},
		"no group":                  {details(`"GroupList":["ops"]`, ""), "it has no group arn:aws:iam::123456789012:group/ops"},
		"not the last page":         {strings.ReplaceAll(details(`"Tags":[]`, `,"IsTruncated":true`), "jo", "al"), "could not be read whole: "},
		"cut off before the policy": {details(`"AttachedManagedPolicies":[{"PolicyArn":"arn:aws:iam::aws:policy/X"}]`, "")[:200], "it has no document of policy"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "details.json")
			if tc.text != "" {
				write(t, path, tc.text, 1)
			}
			_, err := aws.NewFileReader(awstest.ID, path, aws.NewJudge(catalog.AWS())).PlanReadOnly(t.Context(), readOnly())
			if err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Fatalf("error = %v, want %q", err, tc.want)
			}
			var mendable interface{ Remedy() string }
			if !errors.As(err, &mendable) || !strings.Contains(mendable.Remedy(), "aws iam get-account-authorization-details > "+path) {
				t.Errorf("no remedy in %v", err)
			}
			if _, refused := errors.AsType[*change.Refusal](err); refused {
				t.Error("it is refused for good, although another export would mend it")
			}
		})
	}
}

func write(t *testing.T, path, text string, second int64) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(path, time.Time{}, time.Unix(second, 0)); err != nil {
		t.Fatal(err)
	}
}

// A file that changes is read anew; one that goes away is not remembered.
func TestExportedFileIsReadAnew(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "details.json")
	r := aws.NewFileReader(awstest.ID, path, aws.NewJudge(catalog.AWS()))
	tag := func(n int) string { return details(fmt.Sprintf(`"Tags":[{"Key":"n","Value":"%d"}]`, n), "") }
	for n := range 3 {
		write(t, path, tag(n), int64(n))
		facts, err := r.Facts(t.Context(), readOnly().Identity)
		if err != nil || facts["tag/n"] != fmt.Sprint(n) {
			t.Errorf("write %d: facts %v, %v", n, facts, err)
		}
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if _, err := r.Facts(t.Context(), readOnly().Identity); err == nil {
		t.Error("a file that is gone still answers")
	}
	write(t, path, strings.ReplaceAll(tag(9), "user/jo", "user/al"), 2)
	_, err := r.Facts(t.Context(), readOnly().Identity)
	if refusal, ok := errors.AsType[*change.Refusal](err); !ok || !strings.Contains(refusal.Reason, "another user has its name") {
		t.Errorf("error = %v", err)
	}
}
