package aws

import (
	"bytes"
	"strings"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/collect/records/jsonscan"
)

// naming tells which resource a request parameter names.
type naming struct {
	key  string // The parameter.
	kind string // The type of resource, as AWS Config writes it.
	// arn is the ARN with {p}, {r} and {a} for partition, region and account; the
	// parameter's value goes behind it.
	arn string
	// starts is how the value begins where the key alone does not tell.
	starts string
}

// namedBy returns the parameters of a service that name resources without an
// ARN: those that an investigation asks for. The formats of the ARNs are those
// of https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html;
// paths of users and roles are in no parameter, nor are the endings of secrets.
func namedBy(source string) []naming {
	switch source {
	case "iam.amazonaws.com":
		return []naming{
			{key: "userName", kind: "AWS::IAM::User", arn: "arn:{p}:iam::{a}:user/"},
			{key: "roleName", kind: "AWS::IAM::Role", arn: "arn:{p}:iam::{a}:role/"},
			{key: "groupName", kind: "AWS::IAM::Group", arn: "arn:{p}:iam::{a}:group/"},
			{key: "instanceProfileName", kind: "AWS::IAM::InstanceProfile", arn: "arn:{p}:iam::{a}:instance-profile/"},
		}
	case "s3.amazonaws.com":
		return []naming{{key: "bucketName", kind: "AWS::S3::Bucket", arn: "arn:{p}:s3:::"}}
	case "lambda.amazonaws.com":
		return []naming{{key: "functionName", kind: "AWS::Lambda::Function", arn: "arn:{p}:lambda:{r}:{a}:function:"}}
	case "kms.amazonaws.com":
		return []naming{
			{key: "keyId", kind: "AWS::KMS::Alias", arn: "arn:{p}:kms:{r}:{a}:", starts: "alias/"},
			{key: "keyId", kind: "AWS::KMS::Key", arn: "arn:{p}:kms:{r}:{a}:key/"},
			{key: "targetKeyId", kind: "AWS::KMS::Key", arn: "arn:{p}:kms:{r}:{a}:key/"},
		}
	case "secretsmanager.amazonaws.com":
		return []naming{
			{key: "secretId", kind: "AWS::SecretsManager::Secret", arn: "arn:{p}:secretsmanager:{r}:{a}:secret:"},
		}
	case "ec2.amazonaws.com":
		return namedByEC2()
	}
	return namedByOthers(source)
}

// namedByEC2 goes by the ids themselves, which tell what they are of.
func namedByEC2() []naming {
	return []naming{
		{key: "instanceId", kind: "AWS::EC2::Instance", arn: "arn:{p}:ec2:{r}:{a}:instance/", starts: "i-"},
		{key: "snapshotId", kind: "AWS::EC2::Snapshot", arn: "arn:{p}:ec2:{r}::snapshot/", starts: "snap-"},
		{key: "volumeId", kind: "AWS::EC2::Volume", arn: "arn:{p}:ec2:{r}:{a}:volume/", starts: "vol-"},
		{key: "imageId", kind: "AWS::EC2::Image", arn: "arn:{p}:ec2:{r}::image/", starts: "ami-"},
		{key: "groupId", kind: "AWS::EC2::SecurityGroup", arn: "arn:{p}:ec2:{r}:{a}:security-group/", starts: "sg-"},
		{key: "keyName", kind: "AWS::EC2::KeyPair", arn: "arn:{p}:ec2:{r}:{a}:key-pair/"},
	}
}

func namedByOthers(source string) []naming {
	switch source {
	case "ssm.amazonaws.com":
		return []naming{
			{key: "instanceId", kind: "AWS::EC2::Instance", arn: "arn:{p}:ec2:{r}:{a}:instance/", starts: "i-"},
			{key: "instanceIds", kind: "AWS::EC2::Instance", arn: "arn:{p}:ec2:{r}:{a}:instance/", starts: "i-"},
			{key: "target", kind: "AWS::EC2::Instance", arn: "arn:{p}:ec2:{r}:{a}:instance/", starts: "i-"},
			{key: "name", kind: "AWS::SSM::Parameter", arn: "arn:{p}:ssm:{r}:{a}:parameter", starts: "/"},
		}
	case "ec2-instance-connect.amazonaws.com":
		return []naming{{key: "instanceId", kind: "AWS::EC2::Instance", arn: "arn:{p}:ec2:{r}:{a}:instance/", starts: "i-"}}
	case "dynamodb.amazonaws.com":
		return []naming{{key: "tableName", kind: "AWS::DynamoDB::Table", arn: "arn:{p}:dynamodb:{r}:{a}:table/"}}
	case "cloudtrail.amazonaws.com":
		return []naming{
			{key: "name", kind: "AWS::CloudTrail::Trail", arn: "arn:{p}:cloudtrail:{r}:{a}:trail/"},
			{key: "trailName", kind: "AWS::CloudTrail::Trail", arn: "arn:{p}:cloudtrail:{r}:{a}:trail/"},
		}
	case "guardduty.amazonaws.com":
		return []naming{{key: "detectorId", kind: "AWS::GuardDuty::Detector", arn: "arn:{p}:guardduty:{r}:{a}:detector/"}}
	case "logs.amazonaws.com":
		return []naming{{key: "logGroupName", kind: "AWS::Logs::LogGroup", arn: "arn:{p}:logs:{r}:{a}:log-group:"}}
	case "ecr.amazonaws.com":
		return []naming{{key: "repositoryName", kind: "AWS::ECR::Repository", arn: "arn:{p}:ecr:{r}:{a}:repository/"}}
	case "rds.amazonaws.com":
		return []naming{
			{key: "dBInstanceIdentifier", kind: "AWS::RDS::DBInstance", arn: "arn:{p}:rds:{r}:{a}:db:"},
			{key: "dBSnapshotIdentifier", kind: "AWS::RDS::DBSnapshot", arn: "arn:{p}:rds:{r}:{a}:snapshot:"},
		}
	}
	return nil
}

// maxName bounds the names that are put into ARNs; a key of S3 has at most
// 1,024 bytes.
const maxName = 1 << 10

// name notes the resource that a parameter names, by its ARN or else by the
// names of the service's parameters.
func (n *normaliser) name(ev *auditlog.Event, names []naming, key, value []byte) {
	if isARN(value) {
		n.addResource(ev, value, nil)
		return
	}
	if len(value) == 0 || len(value) > maxName {
		return
	}
	if string(key) == "key" && ev.Source == "s3.amazonaws.com" {
		n.object(ev, value)
		return
	}
	for i := range names {
		if r := &names[i]; string(key) == r.key && bytes.HasPrefix(value, []byte(r.starts)) && value[0] != '*' {
			n.addNamed(ev, r, value)
			return
		}
	}
}

func (n *normaliser) addNamed(ev *auditlog.Event, r *naming, value []byte) {
	if r.kind == "AWS::Lambda::Function" {
		value = functionName(value)
	}
	n.arn = appendARN(n.arn[:0], r.arn, ev)
	n.arn = append(n.arn, value...)
	n.addResource(ev, n.arn, jsonscan.Text(r.kind))
}

// functionName takes the name out of a partial ARN, ACCOUNT:function:NAME, and
// leaves out the version behind it.
// https://docs.aws.amazon.com/lambda/latest/api/API_GetFunction.html
func functionName(value []byte) []byte {
	if _, after, ok := bytes.Cut(value, []byte("function:")); ok {
		value = after
	}
	name, _, _ := bytes.Cut(value, []byte(":"))
	return name
}

// object notes an object of the bucket that the parameters named before it.
func (n *normaliser) object(ev *auditlog.Event, key []byte) {
	for i := range ev.Resources {
		if r := &ev.Resources[i]; r.Type == "AWS::S3::Bucket" {
			n.arn = append(append(append(n.arn[:0], r.ID...), '/'), key...)
			n.addResource(ev, n.arn, jsonscan.Text("AWS::S3::Object"))
			return
		}
	}
}

func appendARN(dst []byte, pattern string, ev *auditlog.Event) []byte {
	for {
		before, after, found := strings.Cut(pattern, "{")
		if dst = append(dst, before...); !found {
			return dst
		}
		switch after[0] {
		case 'p':
			dst = append(dst, partition(ev.Region)...)
		case 'r':
			dst = append(dst, ev.Region...)
		case 'a':
			dst = append(dst, ev.System...)
		}
		pattern = after[2:]
	}
}
