package aws_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/leastward/leastward/internal/collect/aws"
	"github.com/leastward/leastward/internal/entitlement"
)

const (
	groupsDoc = `{"SecurityGroups": [
  {"GroupId": "sg-1", "GroupName": "web", "OwnerId": "111122223333", "VpcId": "vpc-1", "SecurityGroupArn": "arn:aws:ec2:eu-west-1:111122223333:security-group/sg-1",
   "Tags": [{"Key": "team", "Value": "web"}],
   "IpPermissions": [
     {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": "10.0.0.0/8"}, {"CidrIp": "0.0.0.0/0"}], "Ipv6Ranges": [{"CidrIpv6": "::/0"}]},
     {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]},
     {"IpProtocol": "icmp", "FromPort": 8, "ToPort": -1, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]},
     {"IpProtocol": "icmpv6", "FromPort": -1, "ToPort": -1, "Ipv6Ranges": [{"CidrIpv6": "0:0:0:0:0:0:0:0/0"}]},
     {"IpProtocol": "6", "FromPort": 8000, "ToPort": 8100, "IpRanges": [{"CidrIp": "0.0.0.0/0"}, {"CidrIp": "everywhere"}]},
     {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "UserIdGroupPairs": [{"GroupId": "sg-2"}]}],
   "IpPermissionsEgress": [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]},
  {"GroupId": "sg-2", "GroupName": "inner", "OwnerId": "111122223333"},
  {"GroupId": "sg-3", "GroupName": "lost", "OwnerId": "111122223333"},
  {"GroupId": "sg-4", "OwnerId": "111122223333", "Region": "cn-north-1"}]}`
	attachedDoc = `{"Reservations": [{"OwnerId": "111122223333", "Instances": [
  {"InstanceId": "i-1", "Placement": {"AvailabilityZone": "eu-west-1a"}, "SecurityGroups": [{"GroupId": "sg-1", "GroupName": "web"}],
   "NetworkInterfaces": [{"Groups": [{"GroupId": "sg-1"}, {"GroupId": "sg-2", "GroupName": "inner"}]}]},
  {"InstanceId": "i-2", "Placement": {"AvailabilityZone": "eu-west-1b"}, "SecurityGroups": [{"GroupId": "sg-2", "GroupName": "inner"}]}]}]}`
)

func TestSecurityGroups(t *testing.T) {
	t.Parallel()
	const arn = "arn:aws:ec2:eu-west-1:111122223333:"
	want := map[string]entitlement.SecurityGroup{
		"sg-1": {
			ID: arn + "security-group/sg-1", GroupID: "sg-1", Name: "web", Network: "vpc-1", Tags: map[string]string{"team": "web"},
			Inbound: []entitlement.InboundRule{
				{Protocol: "tcp", From: 22, To: 22, Source: "0.0.0.0/0"},
				{Protocol: "tcp", From: 22, To: 22, Source: "::/0"},
				{Protocol: "all", To: 65535, Source: "0.0.0.0/0"},
				{Protocol: "icmp", From: 8, To: 8, Source: "0.0.0.0/0"},
				{Protocol: "icmpv6", To: 65535, Source: "::/0"},
				{Protocol: "tcp", From: 8000, To: 8100, Source: "0.0.0.0/0"},
			},
			Instances: []entitlement.IdentityID{arn + "instance/i-1"},
		},
		"sg-2": {
			ID: arn + "security-group/sg-2", GroupID: "sg-2", Name: "inner",
			Instances: []entitlement.IdentityID{arn + "instance/i-1", arn + "instance/i-2"},
		},
		"sg-4": {ID: "arn:aws-cn:ec2:cn-north-1:111122223333:security-group/sg-4", GroupID: "sg-4"},
	}
	for name, order := range map[string][]step{
		"instances first": {{attachedDoc, aws.ReadInstances}, {groupsDoc, aws.ReadSecurityGroups}},
		"groups first":    {{strings.ReplaceAll(groupsDoc, `"OwnerId"`, `"Region": "eu-west-1", "OwnerId"`), aws.ReadSecurityGroups}, {attachedDoc, aws.ReadInstances}},
	} {
		inv := home()
		for _, s := range order {
			if err := s.read(strings.NewReader(s.doc), "f", inv); err != nil {
				t.Fatal(err)
			}
		}
		got := map[string]entitlement.SecurityGroup{}
		for _, g := range inv.SecurityGroups {
			got[g.GroupID] = g
		}
		want, problems := want, []string{`unsupported_shape | f: SecurityGroups[1] at byte 23 | CidrIp: "everywhere" is not a range of addresses; the rule is passed over`}
		if name == "groups first" { // All have a region.
			delete(got, "sg-3")
		} else {
			problems = append(problems, "missing_field | f: SecurityGroups[3] at byte 1083 | GroupId or SecurityGroupArn of \"sg-3\" is missing, "+
				"and no instance tells the region: export with a current AWS CLI, or add \"Region\" beside GroupId")
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		if diff := cmp.Diff(problems, problemTexts(inv, "")); diff != "" {
			t.Errorf("%s: problems (-want +got):\n%s", name, diff)
		}
	}
	other := strings.NewReader(`{"SecurityGroups":[{"GroupId":"sg-1","OwnerId":"444455556666","Region":"eu-west-1"}]}`)
	if err := aws.ReadSecurityGroups(other, "f", home()); err == nil || !strings.Contains(err.Error(), "belongs to account 444455556666") {
		t.Errorf("groups of another account: %v", err)
	}
}

// Groups that another account shares stand among those of the account itself.
func TestSharedSecurityGroups(t *testing.T) {
	t.Parallel()
	const open = `"IpPermissions":[{"IpProtocol":"-1","IpRanges":[{"CidrIp":"0.0.0.0/0"}]}]`
	shared := `{"GroupId":"sg-9","OwnerId":"444455556666","VpcId":"vpc-1","SecurityGroupArn":"arn:aws:ec2:eu-west-1:444455556666:security-group/sg-9",` + open + `}`
	own := `{"GroupId":"sg-1","OwnerId":"111122223333","VpcId":"vpc-1","SecurityGroupArn":"arn:aws:ec2:eu-west-1:111122223333:security-group/sg-1"}`
	attached := strings.ReplaceAll(attachedDoc, `"sg-2"`, `"sg-9"`)
	doc := `{"SecurityGroups":[` + shared + `,` + own + `]}`
	for name, order := range map[string][]step{
		"instances first": {{attached, aws.ReadInstances}, {doc, aws.ReadSecurityGroups}},
		"groups first":    {{doc, aws.ReadSecurityGroups}, {attached, aws.ReadInstances}},
	} {
		inv := home()
		for _, s := range order {
			if err := s.read(strings.NewReader(s.doc), name, inv); err != nil {
				t.Fatal(err)
			}
		}
		found := false
		for _, g := range inv.SecurityGroups {
			if g.GroupID != "sg-9" {
				continue
			}
			found = true
			if len(g.Inbound) != 1 || len(g.Instances) != 2 || g.ID != "arn:aws:ec2:eu-west-1:444455556666:security-group/sg-9" {
				t.Errorf("%s: the shared group is %+v", name, g)
			}
		}
		if !found || len(inv.SecurityGroups) != 2 || len(inv.Problems) > 0 {
			t.Errorf("%s: groups %+v, problems %v", name, inv.SecurityGroups, inv.Problems)
		}
	}
	inv := home()
	err := aws.ReadSecurityGroups(strings.NewReader(`{"SecurityGroups":[`+shared+`]}`), "f", inv)
	if err == nil || !strings.Contains(err.Error(), "belongs to account 444455556666, but the rest to account 111122223333") || len(inv.SecurityGroups) > 0 {
		t.Errorf("a file of another account: error %v, groups %+v", err, inv.SecurityGroups)
	}
	fresh := &entitlement.Inventory{}
	more := strings.Replace(own, "sg-1", "sg-2", 1)
	if err := aws.ReadSecurityGroups(strings.NewReader(`{"SecurityGroups":[`+shared+`,`+own+`,`+more+`]}`), "f", fresh); err != nil || fresh.System.ID != "111122223333" {
		t.Errorf("most are of account 111122223333: %v, taken for account %q", err, fresh.System.ID)
	}
}
