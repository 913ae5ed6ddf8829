package tenant

import (
	"bufio"
	"io"
	"iter"
	"strconv"
	"time"

	"github.com/leastward/leastward/internal/tenant/draw"
)

// The shapes of `aws lambda list-functions` and `aws ec2 describe-instances`,
// in the order of their fields.
// See https://docs.aws.amazon.com/lambda/latest/api/API_ListFunctions.html
// and https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstances.html
type (
	functionDetail struct {
		FunctionName, FunctionArn, Runtime, Role, Handler string

		CodeSize            int
		Description         string
		Timeout, MemorySize int
		LastModified        string
		CodeSha256, Version string
		TracingConfig       struct{ Mode string }
		RevisionId          string //nolint:revive // AWS's own spelling.
		PackageType         string
		Architectures       []string
		EphemeralStorage    struct{ Size int }
		SnapStart           struct{ ApplyOn, OptimizationStatus string }
		LoggingConfig       struct{ LogFormat, LogGroup string }
	}
	instanceDetail struct {
		Architecture, ImageId, InstanceId, InstanceType string //nolint:revive // AWS's own spelling.

		IamInstanceProfile struct{ Arn, Id string } //nolint:revive // AWS's own spelling.
		LaunchTime         string
		Placement          struct{ AvailabilityZone, GroupName, Tenancy string }
		PrivateIpAddress   string //nolint:revive // AWS's own spelling.
		State              struct {
			Code int
			Name string
		}
		SubnetId, VpcId string //nolint:revive // AWS's own spelling.
		SecurityGroups  []groupName
		Tags            []tag
		MetadataOptions struct{ State, HttpTokens string } //nolint:revive // AWS's own spelling.
	}
	groupName   struct{ GroupName, GroupId string } //nolint:revive // AWS's own spelling.
	reservation struct {
		ReservationId, OwnerId string //nolint:revive // AWS's own spelling.

		Groups    []string
		Instances []instanceDetail
	}
)

func (w *world) writeFunctions(a *account, out io.Writer) error {
	l := &lists{out: bufio.NewWriterSize(out, 1<<16)}
	functions := l.open("Functions")
	for i := range a.functions {
		functions.add(w.functionDetail(w.function(a, i)))
	}
	if functions.err != nil {
		return functions.err
	}
	return l.close()
}

func (w *world) functionDetail(x *identity) functionDetail {
	r := x.rand("detail")
	d := functionDetail{
		FunctionName: x.name, FunctionArn: x.arn, Role: x.runsAs.arn, Handler: "main.handler",
		Runtime:  draw.Pick(r, []string{"python3.13", "python3.9", "nodejs22.x", "provided.al2023", "java21"}),
		CodeSize: 40_000 + r.IntN(9_000_000), Description: "Owned by " + x.team, Timeout: 30, MemorySize: 128 << r.IntN(4),
		LastModified: draw.Between(r, x.created, w.from).Format("2006-01-02T15:04:05.000-0700"),
		CodeSha256:   string(draw.AppendDigits(nil, r, draw.Base32Digits, 43)) + "=", Version: "$LATEST", RevisionId: string(draw.AppendUUID(nil, r)),
		PackageType: "Zip", Architectures: []string{draw.Pick(r, []string{"x86_64", "arm64"})},
	}
	d.TracingConfig.Mode = "PassThrough"
	d.EphemeralStorage.Size = 512
	d.SnapStart.ApplyOn, d.SnapStart.OptimizationStatus = "None", "Off"
	d.LoggingConfig.LogFormat, d.LoggingConfig.LogGroup = "Text", "/aws/lambda/"+x.name
	return d
}

func (w *world) writeInstances(a *account, out io.Writer) error {
	l := &lists{out: bufio.NewWriterSize(out, 1<<16)}
	reservations := l.open("Reservations")
	for i := range a.instances {
		x := w.instance(a, i)
		reservations.add(reservation{
			ReservationId: draw.HexID(x.rand("reservation"), "r-", 17), OwnerId: a.id, Groups: []string{}, Instances: []instanceDetail{w.instanceDetail(x)},
		})
	}
	if reservations.err != nil {
		return reservations.err
	}
	return l.close()
}

func (w *world) instanceDetail(x *identity) instanceDetail {
	r := x.rand("detail")
	home := region(x.team)
	d := instanceDetail{
		Architecture: "x86_64", ImageId: draw.HexID(r, "ami-", 17), InstanceId: x.name, InstanceType: draw.Pick(r, []string{"t3.medium", "m6i.large", "c7g.xlarge", "r6i.2xlarge"}),
		LaunchTime: date(draw.Between(r, x.created, w.from.Add(-24*time.Hour))), PrivateIpAddress: "10." + strconv.Itoa(r.IntN(32)) + "." + strconv.Itoa(r.IntN(256)) + "." + strconv.Itoa(4+r.IntN(250)),
		SubnetId: draw.HexID(x.acct.seed.Stream("subnet"+x.team, r.IntN(3), 0), "subnet-", 17), VpcId: draw.HexID(x.acct.seed.Stream("vpc"+home, 0, 0), "vpc-", 17),
		Tags: append([]tag{{"Name", x.team + "-" + lastPart(x.runsAs.name)}}, x.tags...),
	}
	for _, g := range w.groupsOf(x) {
		d.SecurityGroups = append(d.SecurityGroups, groupName{g.name, g.id})
	}
	d.IamInstanceProfile.Arn, d.IamInstanceProfile.Id = x.runsAs.profileARN(), x.runsAs.profileID()
	d.Placement.AvailabilityZone, d.Placement.Tenancy = home+draw.Pick(r, []string{"a", "b", "c"}), "default"
	d.State.Code, d.State.Name = 16, "running"
	if !x.active && r.IntN(5) < 2 {
		d.State.Code, d.State.Name = 80, "stopped"
	}
	d.MetadataOptions.State, d.MetadataOptions.HttpTokens = "applied", draw.Pick(r, []string{"required", "optional"})
	return d
}

// holders yields the functions or instances that run as a role.
func (w *world) holders(role *identity) iter.Seq[*identity] {
	return func(yield func(*identity) bool) {
		k, purpose := kindFunction, byte('F')
		switch role.trusted {
		case "lambda.amazonaws.com":
		case "ec2.amazonaws.com":
			k, purpose = kindInstance, 'I'
		default:
			return
		}
		a := role.acct
		n := a.of(k)
		if k == kindInstance {
			n-- // The last is the provisioner's.
		}
		for i := a.nth(role.index); i < n; i += a.count(purpose) {
			if !yield(w.identity(a, k, i)) {
				return
			}
		}
	}
}
