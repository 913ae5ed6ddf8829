package aws_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/entitlement"
)

// refDetail fills in the resources that parameters name, the keys that were
// issued and the detail, from the raw record.
func refDetail(ev *auditlog.Event, raw []byte) {
	var top map[string]json.RawMessage
	_ = json.Unmarshal(raw, &top)
	var words []string
	refScalars(top["requestParameters"], func(key, value string) {
		refName(ev, key, value)
		words = append(words, value)
	})
	issues := regexp.MustCompile(`^(sts\.\S+ (AssumeR.*|GetSessionToken|GetFederationToken)|iam\.\S+ CreateAccessKey|lightsail\.\S+ CreateBucketAccessKey|(portal\.)?sso\.\S+ GetRoleCredentials|` +
		`cognito-identity\.\S+ GetCredentialsForIdentity|rolesanywhere\.\S+ CreateSession)$`).MatchString(ev.Source + " " + ev.Name)
	refScalars(top["responseElements"], func(key, value string) {
		if issues && key == "accessKeyId" && value != "" {
			ev.Issued = append(ev.Issued, entitlement.AccessKeyID(value))
		}
		words = append(words, value)
	})
	for _, word := range words {
		refFind(ev, word)
	}
}

func refFind(ev *auditlog.Event, word string) {
	room := auditlog.MaxDetail - len(ev.Detail)
	hidden := regexp.MustCompile(`(?s)^(HIDDEN_.*|eyJ.*|<sensitiveDataRemoved>.*|\*.+\*|\**)$`).MatchString(word)
	secret := regexp.MustCompile(`(?i)PRIVATE KEY-----|password=|pwd=|://[^/?#@]*:[^/?#@]*@|://.*(X-Amz-Signature|&Signature)=`).MatchString(word)
	blob := len(word) > 256 && regexp.MustCompile(`^[A-Za-z0-9+/=_\r\n-]*$`).MatchString(word)
	if room < 2 || hidden || secret || blob {
		return
	}
	if ev.Detail != "" {
		ev.Detail += " "
	}
	for _, r := range word {
		if len(ev.Detail)+utf8.RuneLen(r) > auditlog.MaxDetail {
			break
		}
		ev.Detail += string(r)
	}
}

// refScalars gives each scalar with the key before it, in the document's order.
func refScalars(doc json.RawMessage, visit func(key, value string)) {
	if len(doc) == 0 {
		return
	}
	dec := json.NewDecoder(bytes.NewReader(doc))
	dec.UseNumber()
	key := ""
	texts := regexp.MustCompile(`(?i)^accesskey$|secret$`) // Whose objects tell by their own keys.
	var walk func(secret, texts bool)
	walk = func(secret, text bool) {
		tok, _ := dec.Token()
		secret = secret || text && tok != json.Delim('{')
		switch v := tok.(type) {
		case json.Delim:
			for dec.More() {
				inner, text := secret, false
				if v == '{' {
					name, _ := dec.Token()
					key = name.(string)
					inner, text = inner || refSecret(key), texts.MatchString(key)
				}
				walk(inner, text)
			}
			_, _ = dec.Token()
		case nil:
		default:
			if !secret {
				visit(key, fmt.Sprint(v))
			}
		}
	}
	walk(false, false)
}

func refSecret(key string) bool {
	return regexp.MustCompile(`(?i)(password|passwd|passphrase|passworddata|secretaccesskey|secretkey|secretstring|secretbinary|secret_?hash|secretcode|` +
		`token|plaintext|ciphertextblob|keymaterial|userdata|samlassertion|authenticationcode[12]|tokencode|stringseed|qrcodepng|` +
		`apikey|apikeyvalue|authkey|sharedkey|streamkey|tokenkey|customer-?key|signature|platformcredential|credentialpair|basicauthcredentials|customergatewayconfiguration|` +
		`(device|user|confirmation|verification|activation|authorization)code|codeverifier|` +
		`environment|variables|optionsettings|authparameters|authorizationparameters|challengeresponses|parametervalue|templatebody|typeconfiguration|` +
		`(authorized|presigned|signed|embed|streaming|signin)url)$|environmentvariable|privatekey|secretto`).MatchString(key)
}

// refNames is, for each service, which parameters name resources of which type.
// The patterns of the values are anchored at their start.
func refNames() [][5]string {
	return [][5]string{
		{"iam", "userName", "", "AWS::IAM::User", "iam::A:user/"},
		{"iam", "roleName", "", "AWS::IAM::Role", "iam::A:role/"},
		{"iam", "groupName", "", "AWS::IAM::Group", "iam::A:group/"},
		{"iam", "instanceProfileName", "", "AWS::IAM::InstanceProfile", "iam::A:instance-profile/"},
		{"s3", "bucketName", "", "AWS::S3::Bucket", "s3:::"},
		{"lambda", "functionName", "", "AWS::Lambda::Function", "lambda:R:A:function:"},
		{"kms", "keyId", "alias/", "AWS::KMS::Alias", "kms:R:A:"},
		{"kms", "keyId", "", "AWS::KMS::Key", "kms:R:A:key/"},
		{"kms", "targetKeyId", "", "AWS::KMS::Key", "kms:R:A:key/"},
		{"secretsmanager", "secretId", "", "AWS::SecretsManager::Secret", "secretsmanager:R:A:secret:"},
		{"ec2", "instanceId", "i-", "AWS::EC2::Instance", "ec2:R:A:instance/"},
		{"ec2", "snapshotId", "snap-", "AWS::EC2::Snapshot", "ec2:R::snapshot/"},
		{"ec2", "volumeId", "vol-", "AWS::EC2::Volume", "ec2:R:A:volume/"},
		{"ec2", "imageId", "ami-", "AWS::EC2::Image", "ec2:R::image/"},
		{"ec2", "groupId", "sg-", "AWS::EC2::SecurityGroup", "ec2:R:A:security-group/"},
		{"ec2", "keyName", "", "AWS::EC2::KeyPair", "ec2:R:A:key-pair/"},
		{"ec2-instance-connect", "instanceId", "i-", "AWS::EC2::Instance", "ec2:R:A:instance/"},
		{"ssm", "instanceId", "i-", "AWS::EC2::Instance", "ec2:R:A:instance/"},
		{"ssm", "instanceIds", "i-", "AWS::EC2::Instance", "ec2:R:A:instance/"},
		{"ssm", "target", "i-", "AWS::EC2::Instance", "ec2:R:A:instance/"},
		{"ssm", "name", "/", "AWS::SSM::Parameter", "ssm:R:A:parameter"},
		{"dynamodb", "tableName", "", "AWS::DynamoDB::Table", "dynamodb:R:A:table/"},
		{"cloudtrail", "name", "", "AWS::CloudTrail::Trail", "cloudtrail:R:A:trail/"},
		{"cloudtrail", "trailName", "", "AWS::CloudTrail::Trail", "cloudtrail:R:A:trail/"},
		{"guardduty", "detectorId", "", "AWS::GuardDuty::Detector", "guardduty:R:A:detector/"},
		{"logs", "logGroupName", "", "AWS::Logs::LogGroup", "logs:R:A:log-group:"},
		{"ecr", "repositoryName", "", "AWS::ECR::Repository", "ecr:R:A:repository/"},
		{"rds", "dBInstanceIdentifier", "", "AWS::RDS::DBInstance", "rds:R:A:db:"},
		{"rds", "dBSnapshotIdentifier", "", "AWS::RDS::DBSnapshot", "rds:R:A:snapshot:"},
	}
}

func refName(ev *auditlog.Event, key, value string) {
	if strings.HasPrefix(value, "arn:") && strings.Count(value, ":") >= 5 {
		refAdd(ev, value, "")
		return
	}
	if value == "" || len(value) > 1024 {
		return
	}
	if ev.Source == "s3.amazonaws.com" && key == "key" {
		for _, r := range ev.Resources {
			if r.Type == "AWS::S3::Bucket" {
				refAdd(ev, string(r.ID)+"/"+value, "AWS::S3::Object")
				return
			}
		}
		return
	}
	for _, row := range refNames() {
		if row[0]+".amazonaws.com" != ev.Source || row[1] != key || !strings.HasPrefix(value, row[2]) || value[0] == '*' {
			continue
		}
		if row[0] == "lambda" {
			value = regexp.MustCompile(`^(?s:.*?function:)?([^:]*)(?s:.*)$`).ReplaceAllString(value, "$1")
		}
		parts := strings.Split(row[4], ":")
		if parts[1] == "R" {
			parts[1] = ev.Region
		}
		if parts[2] == "A" {
			parts[2] = string(ev.System)
		}
		refAdd(ev, "arn:"+refPartition(ev.Region)+":"+strings.Join(parts, ":")+value, row[3])
		return
	}
}

func refPartition(region string) string {
	switch {
	case strings.HasPrefix(region, "cn-"):
		return "aws-cn"
	case strings.HasPrefix(region, "us-gov-"):
		return "aws-us-gov"
	}
	return "aws"
}
