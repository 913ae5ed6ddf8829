package config_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/leastward/leastward/exporter/internal/config"
	"github.com/leastward/leastward/internal/entitlement"
)

func TestAWSOrganization(t *testing.T) {
	t.Parallel()
	c, err := config.Load(filepath.Join("testdata", "good.aws-organization.yml"))
	if err != nil {
		t.Fatal(err)
	}
	want := config.Section{
		Cloud: entitlement.AWS, Mode: config.OnboardSelected, Selected: []string{"333333333333"}, Live: c.AWS.Organization,
		Systems: []*config.CloudSystem{{ID: "111111111111", Owner: "team-shop", Folders: []string{"prod"}}}, Apart: []string{"222222222222"},
	}
	if diff := cmp.Diff(want, c.AWS.Section()); diff != "" {
		t.Errorf("section (-want +got):\n%s", diff)
	}
	if list := c.Sections(); len(list) != 3 || list[2].Cloud != entitlement.AWS {
		t.Errorf("%d sections", len(list))
	}
	if list := c.Systems(); len(list) != 2 {
		t.Errorf("systems %+v", list)
	}
	if got, want := c.AWS.Organization.Role("333333333333"), "arn:aws-us-gov:iam::333333333333:role/security/LeastwardRead"; got != want {
		t.Errorf("role %s, want %s", got, want)
	}
}

// Without live each account is read with the defaults, in the partition of its
// first region.
func TestAWSOrganizationDefaults(t *testing.T) {
	t.Parallel()
	for regions, want := range map[string]string{"": "aws", "live: {regions: [cn-north-1]}": "aws-cn", "live: {regions: [eu-west-1]}": "aws"} {
		c, err := config.Read(strings.NewReader("aws: {organization: {account_role: LeastwardRead, " + regions + "}}"))
		if err != nil {
			t.Fatal(err)
		}
		if got, want := c.AWS.Organization.Role("333333333333"), "arn:"+want+":iam::333333333333:role/LeastwardRead"; got != want {
			t.Errorf("%q: role %s, want %s", regions, got, want)
		}
		if s := c.AWS.Section(); !s.Automatic || s.Mode != config.OnboardAutomatic {
			t.Errorf("%+v", s)
		}
	}
}
