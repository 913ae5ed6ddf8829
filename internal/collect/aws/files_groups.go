package aws

import (
	"cmp"
	"fmt"
	"io"
	"net/netip"
	"slices"
	"strconv"

	"github.com/leastward/leastward/internal/collect/records"
	"github.com/leastward/leastward/internal/collect/records/jsonscan"
	"github.com/leastward/leastward/internal/entitlement"
)

// ReadSecurityGroups reads security groups from the output of `aws ec2
// describe-security-groups`, one document or several: of their rules those that
// let the whole internet in. The instances that they are attached to are in
// [ReadInstances], before or after.
//
// A group's ARN is in the output of a current AWS CLI. Without it the region is
// that of its instances, or of a "Region" beside it. Groups that another
// account shares may stand among those of the inventory's; a file without any
// of its own is an error, and nothing of it is taken.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSecurityGroups.html
// https://docs.aws.amazon.com/vpc/latest/userguide/security-group-sharing.html
func ReadSecurityGroups(in io.Reader, name string, into *entitlement.Inventory) error {
	return readSecurityGroups(in, newWorkloadReader(name, into))
}

func readSecurityGroups(in io.Reader, w *workloadReader) error {
	err := w.read(in, "SecurityGroups", w.securityGroup)
	if err == nil {
		err = w.enterGroups()
	}
	if err != nil {
		return fmt.Errorf("read security groups: %w", err)
	}
	return nil
}

// securityGroupsOf reads what the account itself was told in one region.
func securityGroupsOf(region string) reader {
	return func(in io.Reader, name string, into *entitlement.Inventory) error {
		w := newWorkloadReader(name, into)
		w.here = region
		return readSecurityGroups(in, w)
	}
}

// ownedGroup is a security group with the number of its account, "" if that is
// not known.
type ownedGroup struct {
	entitlement.SecurityGroup

	owner string
}

func (w *workloadReader) securityGroup(e records.Element) error {
	var g ownedGroup
	var arn string
	region := w.here
	jsonscan.Members(e.Value, func(key, v []byte) {
		switch string(key) {
		case "SecurityGroupArn":
			arn = stringOf(v)
		case "GroupId":
			g.GroupID = stringOf(v)
		case "OwnerId":
			g.owner = stringOf(v)
		case "Region":
			region = stringOf(v)
		case "GroupName":
			g.Name = stringOf(v)
		case "VpcId":
			g.Network = stringOf(v)
		case "Tags":
			g.Tags = tagsOf(v)
		case "IpPermissions":
			jsonscan.Elements(v, func(rule []byte) { g.Inbound = append(g.Inbound, w.openRules(e, rule)...) })
		}
	})
	if arn == "" && region != "" && g.owner != "" && g.GroupID != "" {
		arn = groupARN(region, g.owner, g.GroupID)
	}
	if known, ok := w.groups()[g.GroupID]; ok && arn == "" {
		arn = string(w.into.SecurityGroups[known].ID)
	}
	if g.GroupID == "" || arn == "" {
		w.elementProblem(MissingField, e, fmt.Sprintf("GroupId or SecurityGroupArn of %q is missing, "+
			`and no instance tells the region: export with a current AWS CLI, or add "Region" beside GroupId`, g.GroupID))
		return nil
	}
	g.ID, g.owner = entitlement.ResourceID(arn), cmp.Or(g.owner, accountOf(arn))
	w.owned = append(w.owned, g)
	return nil
}

// enterGroups adds the groups that were read to the inventory. They are of the
// account that most of them belong to, where that is not known yet.
func (w *workloadReader) enterGroups() error {
	count := map[string]int{}
	var most ownedGroup
	for i := range w.owned {
		g := &w.owned[i]
		if count[g.owner]++; count[g.owner] > count[most.owner] || most.owner == "" {
			most = *g
		}
	}
	if own := string(w.into.System.ID); w.here == "" && count[own] == 0 && count[""] == 0 {
		if err := w.claim(string(most.ID)); err != nil {
			return err
		}
	}
	for i := range w.owned {
		g := &w.owned[i].SecurityGroup
		to := w.group(g.ID, g.GroupID)
		g.Instances = to.Instances
		*to = *g
	}
	return nil
}

func groupARN(region, owner, id string) string {
	return "arn:" + partition(region) + ":ec2:" + region + ":" + owner + ":security-group/" + id
}

// groups are the positions of the inventory's security groups by their ids,
// which are unique in an account.
func (w *workloadReader) groups() map[string]int {
	if w.groupIndex == nil {
		w.groupIndex = map[string]int{}
		for i := range w.into.SecurityGroups {
			w.groupIndex[w.into.SecurityGroups[i].GroupID] = i
		}
	}
	return w.groupIndex
}

// group returns the security group, which is made if need be. It is valid
// until the next call.
func (w *workloadReader) group(arn entitlement.ResourceID, id string) *entitlement.SecurityGroup {
	i, ok := w.groups()[id]
	if !ok {
		i = len(w.into.SecurityGroups)
		w.groupIndex[id] = i
		w.into.SecurityGroups = append(w.into.SecurityGroups, entitlement.SecurityGroup{ID: arn, GroupID: id})
	}
	return &w.into.SecurityGroups[i]
}

// attachGroups notes which security groups an instance is in. Groups that were
// not read have no rules yet.
func (w *workloadReader) attachGroups(id entitlement.IdentityID, region, owner string, list []byte) {
	jsonscan.Elements(list, func(v []byte) {
		group := stringOf(memberOf(v, "GroupId"))
		if group == "" {
			return
		}
		g := w.group(entitlement.ResourceID(groupARN(region, owner, group)), group)
		g.Name = cmp.Or(g.Name, stringOf(memberOf(v, "GroupName")))
		if !slices.Contains(g.Instances, id) {
			g.Instances = append(g.Instances, id)
		}
	})
}

// openRules returns what a rule lets the whole internet do.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_IpPermission.html
func (w *workloadReader) openRules(e records.Element, rule []byte) []entitlement.InboundRule {
	var open []entitlement.InboundRule
	for _, ranges := range []struct{ list, field string }{{"IpRanges", "CidrIp"}, {"Ipv6Ranges", "CidrIpv6"}} {
		jsonscan.Elements(memberOf(rule, ranges.list), func(v []byte) {
			text := stringOf(memberOf(v, ranges.field))
			prefix, err := netip.ParsePrefix(text)
			if err != nil {
				w.elementProblem(UnsupportedShape, e, fmt.Sprintf("%s: %q is not a range of addresses; the rule is passed over", ranges.field, text))
				return
			}
			if prefix.Bits() == 0 {
				open = append(open, inboundRule(rule, prefix.Masked().String()))
			}
		})
	}
	return open
}

func inboundRule(rule []byte, source string) entitlement.InboundRule {
	r := entitlement.InboundRule{Protocol: protocolName(stringOf(memberOf(rule, "IpProtocol"))), To: 65535, Source: source}
	from, err := strconv.Atoi(string(memberOf(rule, "FromPort")))
	if err != nil || from < 0 || r.Protocol == "all" {
		return r
	}
	r.From, r.To = from, from // The type of an ICMP message, which ToPort is no range of.
	if to, err := strconv.Atoi(string(memberOf(rule, "ToPort"))); err == nil && to >= from && r.Protocol != "icmp" && r.Protocol != "icmpv6" {
		r.To = to
	}
	return r
}

// protocolName names the protocols that EC2 also takes by number:
// https://www.iana.org/assignments/protocol-numbers/protocol-numbers.xhtml
func protocolName(p string) string {
	switch p {
	case "-1":
		return "all"
	case "1":
		return "icmp"
	case "6":
		return "tcp"
	case "17":
		return "udp"
	case "58":
		return "icmpv6"
	}
	return p
}
