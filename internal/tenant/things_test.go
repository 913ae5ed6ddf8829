package tenant_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/leastward/leastward/internal/tenant"
)

func TestBucketsAndFirewallsAreInAWSsShape(t *testing.T) {
	t.Parallel()
	m := generate(t, tenant.Options{Size: 400})
	truth, _ := m.truth(t)
	for _, a := range truth.Accounts {
		var b struct {
			Account                  string
			AccountPublicAccessBlock any
			Buckets                  []struct {
				Name, Region                                     string
				Policy                                           *string
				Encryption, PublicAccessBlock, Ownership, Grants json.RawMessage
				Tags                                             tags
			}
		}
		m.decode(t, "aws/"+a.ID+"/buckets.json", &b)
		if b.Account != a.ID || len(b.Buckets) != a.Buckets.Total {
			t.Errorf("account %s with %d buckets, want %s with %d", b.Account, len(b.Buckets), a.ID, a.Buckets.Total)
		}
		for _, one := range b.Buckets {
			var d document
			if one.Policy != nil && json.Unmarshal([]byte(*one.Policy), &d) != nil || !strings.HasPrefix(one.Name, "examplecorp-") || one.Region == "" {
				t.Errorf("bucket is not whole: %+v", one)
			}
		}
		var g struct {
			SecurityGroups []struct {
				Description, GroupName, GroupID, OwnerID, SecurityGroupArn, VpcID string
				IPPermissions, IPPermissionsEgress                                []map[string]json.RawMessage
				Tags                                                              tags
			}
		}
		m.decode(t, "aws/"+a.ID+"/security-groups.json", &g)
		ids := map[string]bool{}
		for _, one := range g.SecurityGroups {
			ids[one.GroupID] = true
			if !strings.HasSuffix(one.SecurityGroupArn, ":"+a.ID+":security-group/"+one.GroupID) || !strings.HasPrefix(one.VpcID, "vpc-") || one.IPPermissions == nil {
				t.Errorf("security group is not whole: %+v", one)
			}
		}
		checkAttached(t, m, a.ID, ids)
	}
}

// checkAttached wants every instance in a group that is there.
func checkAttached(t *testing.T, m *memory, account string, ids map[string]bool) {
	t.Helper()
	var i struct {
		Reservations []struct {
			Instances []struct {
				InstanceID     string `json:"InstanceId"`
				SecurityGroups []struct {
					GroupID string `json:"GroupId"`
				}
			}
		}
	}
	if err := json.Unmarshal(m.files["aws/"+account+"/instances.json"], &i); err != nil {
		t.Fatal(err)
	}
	for _, r := range i.Reservations {
		for _, one := range r.Instances {
			if len(one.SecurityGroups) == 0 {
				t.Errorf("%s is in no security group", one.InstanceID)
			}
			for _, g := range one.SecurityGroups {
				if !ids[g.GroupID] {
					t.Errorf("%s is in %s, which is not there", one.InstanceID, g.GroupID)
				}
			}
		}
	}
}

// The sample has something of each sort, so that whoever looks at it sees each.
func TestTruthHasSomethingOfEachSort(t *testing.T) {
	t.Parallel()
	truth, _ := generate(t, tenant.Options{}).truth(t)
	for _, a := range truth.Accounts {
		for name, list := range map[string][]string{
			"escalating users": a.Escalating.Users, "escalating roles": a.Escalating.Roles,
			"escalating functions": a.Escalating.Functions, "escalating instances": a.Escalating.Instances,
			"administrators of security tools": a.SecurityToolAdmins.Roles, "readers of secrets": a.SecretReaders.Functions,
			"external accounts": a.ExternalAccounts, "roles that trust an account": a.TrustsAccount, "roles that reach accounts": a.ReachesAccounts,
			"unencrypted buckets": a.Buckets.Unencrypted, "buckets with S3's keys": a.Buckets.ManagedKeys, "public buckets": a.Buckets.Public,
			"shared buckets": a.Buckets.CrossAccount, "open security groups": a.OpenSecurityGroups, "exempt resources": a.ExemptResources,
		} {
			if len(list) == 0 {
				t.Errorf("%s has no %s", a.Name, name)
			}
		}
		if a.Buckets.Reachable >= a.Buckets.Total {
			t.Errorf("%s has no bucket that is closed", a.Name)
		}
	}
}
