package aws

import (
	"fmt"
	"io"
	"regexp"

	"github.com/leastward/leastward/internal/collect/records"
	"github.com/leastward/leastward/internal/collect/records/jsonscan"
	"github.com/leastward/leastward/internal/entitlement"
)

// ReadFunctions reads Lambda functions and the roles that they run as from the
// output of `aws lambda list-functions`, one document or several.
// https://docs.aws.amazon.com/lambda/latest/api/API_ListFunctions.html
func ReadFunctions(in io.Reader, name string, into *entitlement.Inventory) error {
	w := newWorkloadReader(name, into)
	if err := w.read(in, "Functions", w.function); err != nil {
		return fmt.Errorf("read functions: %w", err)
	}
	return nil
}

// ReadInstances reads EC2 instances from the output of `aws ec2
// describe-instances`, one document or several, and which security groups they
// are in. Read the authorization details before: they tell which role an
// instance profile stands for. Instances that are gone are left out.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstances.html
func ReadInstances(in io.Reader, name string, into *entitlement.Inventory) error {
	w := newWorkloadReader(name, into)
	if err := w.read(in, "Reservations", w.reservation); err != nil {
		return fmt.Errorf("read instances: %w", err)
	}
	return nil
}

type workloadReader struct {
	*inventoryReader
	lists      int
	region     *regexp.Regexp
	groupIndex map[string]int // Of groups.
	owned      []ownedGroup   // Security groups that were read.
	here       string         // Region that all is of, and the account's own; "" where that is open.
}

// newWorkloadReader matches the region at the beginning of the name of an
// availability zone or a local zone: "us-east-1a", "us-west-2-lax-1a".
func newWorkloadReader(name string, into *entitlement.Inventory) *workloadReader {
	return &workloadReader{
		inventoryReader: newInventoryReader(name, into),
		region:          regexp.MustCompile(`^[a-z]+(-[a-z]+)+-\d+`),
	}
}

// read gives each element of the one list to take.
func (w *workloadReader) read(in io.Reader, list string, take func(records.Element) error) error {
	err := records.ReadLists(in, w.name, func(e records.Element) error {
		if e.List != list {
			return nil
		}
		if w.lists++; e.N == 0 { // The list's beginning, or null in its place.
			return nil
		}
		if e.Value[0] != '{' {
			w.elementProblem(UnsupportedShape, e, "not an object; export the file again")
			return nil
		}
		return take(e)
	})
	if err := w.partial(err, w.lists > 0); err != nil {
		return err
	}
	if w.lists == 0 {
		return fmt.Errorf("%s: %s is missing; give the output of the AWS CLI", w.name, list)
	}
	return nil
}

func (w *workloadReader) function(e records.Element) error {
	var arn, name, role string
	jsonscan.Members(e.Value, func(key, v []byte) {
		switch string(key) {
		case "FunctionArn":
			arn = stringOf(v)
		case "FunctionName":
			name = stringOf(v)
		case "Role":
			role = stringOf(v)
		}
	})
	if arn == "" {
		w.elementProblem(MissingField, e, "FunctionArn is missing; export the file again")
		return nil
	}
	if err := w.claim(arn); err != nil {
		return err
	}
	id := w.upsert(entitlement.IdentityID(arn))
	id.Kind, id.Name, id.RunsAs = entitlement.Function, name, entitlement.IdentityID(role)
	return nil
}

func (w *workloadReader) reservation(e records.Element) error {
	owner := stringOf(memberOf(e.Value, "OwnerId"))
	var err error
	jsonscan.Elements(memberOf(e.Value, "Instances"), func(v []byte) {
		if err == nil {
			err = w.instance(e, owner, v)
		}
	})
	return err
}

func (w *workloadReader) instance(e records.Element, owner string, value []byte) error {
	var i instance
	jsonscan.Members(value, i.member)
	region := w.region.FindString(i.zone)
	switch {
	case i.state == "terminated" || i.state == "shutting-down":
		return nil
	case i.id == "" || owner == "" || region == "":
		w.elementProblem(MissingField, e, "InstanceId, OwnerId or Placement.AvailabilityZone is missing; export the file again")
		return nil
	}
	arn := "arn:" + partition(region) + ":ec2:" + region + ":" + owner + ":instance/" + i.id
	if err := w.claim(arn); err != nil {
		return err
	}
	id := w.upsert(entitlement.IdentityID(arn))
	id.Kind, id.Name, id.Tags = entitlement.Instance, i.id, tagsOf(i.tags)
	if name := id.Tags["Name"]; name != "" {
		id.Name = name
	}
	var err error
	if id.Created, err = timeOf(i.launched); err != nil {
		w.elementProblem(BadTime, e, "LaunchTime: "+err.Error())
	}
	w.runsAs(id, i.profile)
	for _, list := range i.groups {
		w.attachGroups(id.ID, region, owner, list)
	}
	return nil
}

func (w *workloadReader) runsAs(id *entitlement.Identity, profile string) {
	if id.RunsAs = ""; profile == "" {
		return
	}
	role, ok := w.into.Profiles[entitlement.ResourceID(profile)]
	if !ok {
		w.problem(MissingProfile, string(id.ID), "runs with "+profile+
			", whose role is not known: its access is unknown; read the authorization details of this account before")
		return
	}
	id.RunsAs = role
}

type instance struct {
	id, state, profile, zone string
	launched, tags           []byte
	groups                   [][]byte // Lists of security groups: its own and those of its network interfaces.
}

func (i *instance) member(key, v []byte) {
	switch string(key) {
	case "InstanceId":
		i.id = stringOf(v)
	case "State":
		i.state = stringOf(memberOf(v, "Name"))
	case "IamInstanceProfile":
		i.profile = stringOf(memberOf(v, "Arn"))
	case "Placement":
		i.zone = stringOf(memberOf(v, "AvailabilityZone"))
	case "LaunchTime":
		i.launched = v
	case "Tags":
		i.tags = v
	case "SecurityGroups":
		i.groups = append(i.groups, v)
	case "NetworkInterfaces":
		jsonscan.Elements(v, func(n []byte) { i.groups = append(i.groups, memberOf(n, "Groups")) })
	}
}
