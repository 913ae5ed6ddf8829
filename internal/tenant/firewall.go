package tenant

import "github.com/leastward/leastward/internal/tenant/draw"

// firewall is one security group of an account.
type firewall struct {
	name, id, arn string
	team          string
	rules         []permissionDetail
	open, exempt  bool
}

// The shape of `aws ec2 describe-security-groups`.
// See https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSecurityGroups.html
type (
	groupsFile struct{ SecurityGroups []firewallDetail }

	firewallDetail struct {
		Description, GroupName, GroupId, OwnerId, SecurityGroupArn, VpcId string //nolint:revive // AWS's own spelling.

		IpPermissions, IpPermissionsEgress []permissionDetail //nolint:revive // AWS's own spelling.
		Tags                               []tag
	}
	permissionDetail struct {
		IpProtocol       string              //nolint:revive // AWS's own spelling.
		FromPort, ToPort int                 `json:",omitempty"`
		IpRanges         []map[string]string //nolint:revive // AWS's own spelling.
		Ipv6Ranges       []map[string]string //nolint:revive // AWS's own spelling.
		UserIdGroupPairs []struct{}          //nolint:revive // AWS's own spelling.
		PrefixListIds    []struct{}          //nolint:revive // AWS's own spelling.
	}
)

func permit(port int, from ...string) permissionDetail {
	p := permissionDetail{
		IpProtocol: "tcp", FromPort: port, ToPort: port, IpRanges: []map[string]string{}, Ipv6Ranges: []map[string]string{},
		UserIdGroupPairs: []struct{}{}, PrefixListIds: []struct{}{},
	}
	for _, cidr := range from {
		if cidr == "::/0" {
			p.Ipv6Ranges = append(p.Ipv6Ranges, map[string]string{"CidrIpv6": cidr})
			continue
		}
		p.IpRanges = append(p.IpRanges, map[string]string{"CidrIp": cidr})
	}
	return p
}

// firewalls returns the security groups of an account: one of each team for
// its own network, one of the public's side, one that was opened in haste and
// one without rules in each region.
func (w *world) firewalls(a *account) []firewall {
	var list []firewall
	for _, team := range teams() {
		list = append(list, firewall{name: team + "-internal", team: team, rules: []permissionDetail{permit(443, "10.0.0.0/8"), permit(22, "192.0.2.0/24")}})
	}
	for _, team := range []string{"data", "storefront", "platform"} { // One in each region.
		list = append(list,
			firewall{name: "public-" + region(team), team: team, rules: []permissionDetail{permit(443, "0.0.0.0/0", "::/0")}, open: true, exempt: team == "storefront"},
			firewall{name: "quick-fix-" + region(team), team: team, rules: []permissionDetail{permit(22, "0.0.0.0/0"), permit(3389, "198.51.100.7/32")}, open: true},
			firewall{name: "default", team: team})
	}
	for i := range list {
		g := &list[i]
		g.id = draw.HexID(a.seed.Stream("firewall", i, 0), "sg-", 17)
		g.arn = "arn:aws:ec2:" + region(g.team) + ":" + a.id + ":security-group/" + g.id
	}
	return list
}

// groupsOf returns the security groups of an instance: its team's, and of some
// the one that was opened in haste.
func (w *world) groupsOf(x *identity) []firewall {
	var list []firewall
	hasty := x.rand("firewall").IntN(10) == 0 || x.index == x.acct.instances-1
	for _, g := range w.firewalls(x.acct) {
		if g.name == x.team+"-internal" || hasty && g.name == "quick-fix-"+region(x.team) {
			list = append(list, g)
		}
	}
	return list
}

func (w *world) groupsFile(a *account) groupsFile {
	var file groupsFile
	anywhere := permissionDetail{
		IpProtocol: "-1", IpRanges: []map[string]string{{"CidrIp": "0.0.0.0/0"}}, Ipv6Ranges: []map[string]string{},
		UserIdGroupPairs: []struct{}{}, PrefixListIds: []struct{}{},
	}
	for _, g := range w.firewalls(a) {
		d := firewallDetail{
			Description: "Managed by " + g.team, GroupName: g.name, GroupId: g.id, OwnerId: a.id, SecurityGroupArn: g.arn,
			VpcId:         draw.HexID(a.seed.Stream("vpc"+region(g.team), 0, 0), "vpc-", 17),
			IpPermissions: some(g.rules), IpPermissionsEgress: []permissionDetail{anywhere}, Tags: []tag{{"owner", g.team}},
		}
		if g.exempt {
			d.Tags = append(d.Tags, tag{"ck_exclude_from_reports", "the shop's front door"})
		}
		file.SecurityGroups = append(file.SecurityGroups, d)
	}
	return file
}
