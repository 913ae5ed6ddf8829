package tenant_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/leastward/leastward/internal/tenant"
)

// document is a policy document; other members fail the test.
type document struct {
	Version   string
	Statement any
}

// policies are a list of inline policies.
type policies []struct {
	PolicyName     string
	PolicyDocument document
}

type attached []struct{ PolicyName, PolicyArn string }

type boundary struct{ PermissionsBoundaryType, PermissionsBoundaryArn string }

type tags []struct{ Key, Value string }

type role struct {
	Path, RoleName, RoleID, Arn string
	CreateDate                  time.Time
	AssumeRolePolicyDocument    document
}

type details struct {
	UserDetailList []struct {
		Path, UserName, UserID, Arn string
		CreateDate                  time.Time
		UserPolicyList              policies
		GroupList                   []string
		AttachedManagedPolicies     attached
		PermissionsBoundary         boundary
		Tags                        tags
	}
	GroupDetailList []struct {
		Path, GroupName, GroupID, Arn string
		CreateDate                    time.Time
		GroupPolicyList               policies
		AttachedManagedPolicies       attached
	}
	RoleDetailList []struct {
		role
		InstanceProfileList []struct {
			Path, InstanceProfileName, InstanceProfileID, Arn string
			CreateDate                                        time.Time
			Roles                                             []role
		}
		RolePolicyList          policies
		AttachedManagedPolicies attached
		PermissionsBoundary     boundary
		Tags                    tags
		RoleLastUsed            struct {
			LastUsedDate time.Time
			Region       string
		}
	}
	Policies []struct {
		PolicyName, PolicyID, Arn, Path, DefaultVersionID string
		AttachmentCount, PermissionsBoundaryUsageCount    int
		IsAttachable                                      bool
		CreateDate, UpdateDate                            time.Time
		PolicyVersionList                                 []struct {
			Document         document
			VersionID        string
			IsDefaultVersion bool
			CreateDate       time.Time
		}
	}
}

// check looks at what every role has.
func (r *role) check(t *testing.T) {
	t.Helper()
	if r.RoleName == "" || !strings.HasSuffix(r.Arn, ":role"+r.Path+r.RoleName) || !strings.HasPrefix(r.RoleID, "AROA") || r.AssumeRolePolicyDocument.Statement == nil {
		t.Errorf("role is not whole: %+v", r)
	}
}

func TestDetailsAreInAWSsShape(t *testing.T) {
	t.Parallel()
	m := generate(t, tenant.Options{Size: 1000})
	for _, account := range []string{"111122223333", "444455556666"} {
		var d details
		m.decode(t, "aws/"+account+"/authorization-details.json", &d)
		documents, attachments, ids := map[string]bool{}, map[string]int{}, map[string]bool{}
		unique := func(id string) {
			if ids[id] {
				t.Errorf("id %s stands twice", id)
			}
			ids[id] = true
		}
		for _, u := range d.UserDetailList {
			unique(u.UserID)
			unique(u.Arn)
			for _, p := range u.AttachedManagedPolicies {
				attachments[p.PolicyArn]++
			}
		}
		for _, g := range d.GroupDetailList {
			unique(g.GroupID)
			for _, p := range g.AttachedManagedPolicies {
				attachments[p.PolicyArn]++
			}
		}
		for _, r := range d.RoleDetailList {
			r.check(t)
			unique(r.RoleID)
			unique(r.Arn)
			for _, p := range r.AttachedManagedPolicies {
				attachments[p.PolicyArn]++
			}
		}
		for _, p := range d.Policies {
			unique(p.Arn)
			if p.AttachmentCount != attachments[p.Arn] {
				t.Errorf("%s counts %d attachments, but there are %d", p.Arn, p.AttachmentCount, attachments[p.Arn])
			}
			for _, v := range p.PolicyVersionList {
				if v.IsDefaultVersion != (v.VersionID == p.DefaultVersionID) {
					t.Errorf("%s: version %s and the default version %s disagree", p.Arn, v.VersionID, p.DefaultVersionID)
				}
				documents[p.Arn] = documents[p.Arn] || v.IsDefaultVersion
			}
		}
		for arn := range attachments {
			if !documents[arn] {
				t.Errorf("%s is attached, but its default version is not there", arn)
			}
		}
	}
}

func TestCredentialReportHasAWSsColumns(t *testing.T) {
	t.Parallel()
	const columns = "user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,password_next_rotation,mfa_active," +
		"access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,access_key_1_last_used_region,access_key_1_last_used_service," +
		"access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date,access_key_2_last_used_region,access_key_2_last_used_service," +
		"cert_1_active,cert_1_last_rotated,cert_2_active,cert_2_last_rotated"
	m := generate(t, tenant.Options{Size: 1000})
	truth, _ := m.truth(t)
	for _, a := range truth.Accounts {
		rows, err := csv.NewReader(bytes.NewReader(m.files["aws/"+a.ID+"/credential-report.csv"])).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(columns, strings.Join(rows[0], ",")); diff != "" {
			t.Errorf("columns (-want +got):\n%s", diff)
		}
		if len(rows) != a.Counts.Users+2 || rows[1][0] != "<root_account>" {
			t.Errorf("%d rows for %d users and the root user, the first of %s", len(rows)-1, a.Counts.Users, rows[1][0])
		}
		for _, row := range rows[1:] {
			for _, i := range []int{2, 4, 9, 10, 14, 15} {
				checkTime(t, row[0], rows[0][i], row[i], truth.Until)
			}
		}
	}
}

func checkTime(t *testing.T, user, column, value string, until time.Time) {
	t.Helper()
	switch value {
	case "N/A", "no_information", "not_supported":
		return
	}
	at, err := time.Parse(time.RFC3339, value)
	if err != nil || !at.Before(until) {
		t.Errorf("%s of %s: %q is no time before %s", column, user, value, until)
	}
}

func TestComputeIsInAWSsShape(t *testing.T) {
	t.Parallel()
	m := generate(t, tenant.Options{Size: 1000})
	truth, _ := m.truth(t)
	for _, a := range truth.Accounts {
		var f struct{ Functions []map[string]json.RawMessage }
		var i struct {
			Reservations []struct {
				ReservationID, OwnerID string
				Groups                 []string
				Instances              []map[string]json.RawMessage
			}
		}
		m.decode(t, "aws/"+a.ID+"/functions.json", &f)
		m.decode(t, "aws/"+a.ID+"/instances.json", &i)
		if len(f.Functions) != a.Counts.Functions || len(i.Reservations) != a.Counts.Instances {
			t.Errorf("%d functions and %d instances, but the truth says %+v", len(f.Functions), len(i.Reservations), a.Counts)
		}
		for _, one := range f.Functions {
			if len(one["Role"]) == 0 || len(one["FunctionArn"]) == 0 {
				t.Errorf("function is not whole: %v", one)
			}
		}
	}
}

func TestReadmeTellsTheAttack(t *testing.T) {
	t.Parallel()
	m := generate(t, tenant.Options{Size: 100})
	_, attack := m.truth(t)
	readme := string(m.files["README.md"])
	for _, want := range []string{attack.Address, attack.LeakedKey, attack.CreatedKey, attack.AssumedRole, attack.Bucket} {
		if !strings.Contains(readme, want) {
			t.Errorf("README.md does not mention %s", want)
		}
	}
}
