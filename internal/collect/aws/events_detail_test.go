package aws_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/collect/aws"
	"github.com/leastward/leastward/internal/entitlement"
)

// called is a record of one call with these parameters and this answer.
func called(source, name, parameters, response string) []byte {
	return fmt.Appendf(nil, `{"eventVersion":"1.09","userIdentity":{"type":"IAMUser","arn":"arn:aws:iam::111122223333:user/ada"},`+
		`"eventTime":"2024-03-01T10:00:00Z","eventSource":%q,"eventName":%q,"awsRegion":"eu-west-1","requestParameters":%s,`+
		`"responseElements":%s,"eventID":"e1","recipientAccountId":"111122223333"}`, source+".amazonaws.com", name, parameters, response)
}

func parsed(t *testing.T, doc []byte, o aws.EventOptions) auditlog.Event {
	t.Helper()
	events, _, problems := parseAll(t, doc, o)
	if len(events) != 1 {
		t.Fatalf("%d events: %v", len(events), problems)
	}
	return events[0]
}

func TestIssuedKeys(t *testing.T) {
	t.Parallel()
	const session = `{"credentials":{"accessKeyId":"ASIA1","sessionToken":"secret","expiration":"x"},"assumedRoleUser":{"arn":"a"}}`
	for _, test := range []struct {
		source, name, response string
		want                   []entitlement.AccessKeyID
	}{
		{"sts", "AssumeRole", session, []entitlement.AccessKeyID{"ASIA1"}},
		{"sts", "AssumeRoleWithSAML", session, []entitlement.AccessKeyID{"ASIA1"}},
		{"sts", "AssumeRoot", session, []entitlement.AccessKeyID{"ASIA1"}},
		{"sts", "GetSessionToken", session, []entitlement.AccessKeyID{"ASIA1"}},
		{"sts", "GetFederationToken", session, []entitlement.AccessKeyID{"ASIA1"}},
		{"sts", "AssumeRole", `null`, nil},
		{"sso", "GetRoleCredentials", `{"roleCredentials":{"accessKeyId":"ASIA2"}}`, []entitlement.AccessKeyID{"ASIA2"}},
		{"iam", "CreateAccessKey", `{"accessKey":{"userName":"eve","accessKeyId":"AKIA1","status":"Active"}}`, []entitlement.AccessKeyID{"AKIA1"}},
		{"rolesanywhere", "CreateSession", `{"credentialSet":[{"credentials":{"accessKeyId":"ASIA3"}},{"credentials":{"accessKeyId":"ASIA4"}}]}`, []entitlement.AccessKeyID{"ASIA3", "ASIA4"}},
		{"lightsail", "CreateBucketAccessKey", `{"accessKey":{"accessKeyId":"AKIA5","secretAccessKey":"secret","status":"Active"}}`, []entitlement.AccessKeyID{"AKIA5"}},
		// Tells of a key and issues none.
		{"iam", "UpdateAccessKey", `{"accessKeyId":"AKIA1"}`, nil},
		{"sts", "GetAccessKeyInfo", `{"accessKeyId":"AKIA1"}`, nil},
	} {
		ev := parsed(t, called(test.source, test.name, `{"accessKeyId":"AKIAREQUEST"}`, test.response), aws.EventOptions{})
		if diff := cmp.Diff(test.want, ev.Issued); diff != "" {
			t.Errorf("%s %s (-want +got):\n%s", test.name, test.response, diff)
		}
		if strings.Contains(ev.Detail, "secret") {
			t.Errorf("%s: the detail has the session's token: %s", test.name, ev.Detail)
		}
		lean := parsed(t, called(test.source, test.name, `{"accessKeyId":"AKIAREQUEST"}`, test.response), aws.EventOptions{Lean: true})
		if lean.Issued != nil || lean.Detail != "" {
			t.Errorf("%s: lean, yet issued %v, detail %q", test.name, lean.Issued, lean.Detail)
		}
	}
}

func TestDetail(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ parameters, response, want string }{
		"all kinds at any depth": {`{"a":"x y","b":[1,-2.5e3,true,null,{"c":{"d":"é\u00e4\n"}}]}`, `{"e":false}`, "x y 1 -2.5e3 true éä\n false"},
		"a text":                 {`"plain"`, `null`, "plain"},
		"hidden":                 {`{"a":"HIDDEN_DUE_TO_SECURITY_REASONS","b":"***","c":"<sensitiveDataRemoved>","d":"kept"}`, `null`, "kept"},
		"secrets by their keys": {
			`{"Password":"s1","newPassword":{"x":["s2"]},"secretString":"s3","clientRequestToken":"s4","pass\u0077ord":"s5","secretId":"prod/db"}`,
			`{"secretAccessKey":"s6","sessionToken":"s7","keyMaterial":"s8","plaintext":"s9"}`, "prod/db",
		},
		"secrets by their form": {
			fmt.Sprintf(`{"a":%q,"b":%q,"c":"eyJhbGciOi.J9.x","d":"end"}`, strings.Repeat("QUJD", 100), "-----BEGIN RSA PRIVATE KEY-----\n"+strings.Repeat("x", 300)),
			`null`, "end",
		},
		"a long text is no blob": {fmt.Sprintf(`{"a":%q}`, strings.Repeat("a b ", 100)), `null`, strings.Repeat("a b ", 100)},
	} {
		ev := parsed(t, called("x", "Call", test.parameters, test.response), aws.EventOptions{})
		if diff := cmp.Diff(test.want, ev.Detail); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestDetailIsBounded(t *testing.T) {
	t.Parallel()
	for shift := range 4 { // The bound falls on each byte of a rune.
		long := strings.Repeat("a", shift) + " " + strings.Repeat("\U0001F511", 600)
		ev := parsed(t, called("x", "Call", fmt.Sprintf(`{"a":%q,"b":"é","c":"behind"}`, long), `null`), aws.EventOptions{})
		head, _, _ := strings.Cut(ev.Detail, " ")
		keys := strings.Trim(ev.Detail[len(head)+1:], "\U0001F511")
		if len(ev.Detail) > auditlog.MaxDetail || len(ev.Detail) < auditlog.MaxDetail-4 || !utf8.ValidString(ev.Detail) ||
			len(head) != shift || keys != "" && !strings.HasPrefix(" é behind", keys) {
			t.Errorf("shift %d: %d bytes, valid %v, rest %q", shift, len(ev.Detail), utf8.ValidString(ev.Detail), keys)
		}
	}
}

func TestNamedResources(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ source, name, parameters, want string }{
		{"iam", "CreateUser", `{"userName":"eve","path":"/x/"}`, "arn:aws:iam::111122223333:user/eve AWS::IAM::User"},
		{"iam", "AttachRolePolicy", `{"roleName":"r","policyArn":"arn:aws:iam::aws:policy/A"}`, "arn:aws:iam::111122223333:role/r AWS::IAM::Role, arn:aws:iam::aws:policy/A "},
		{"s3", "PutBucketPolicy", `{"bucketName":"b","Host":"b.s3.amazonaws.com"}`, "arn:aws:s3:::b AWS::S3::Bucket"},
		{"s3", "GetObject", `{"bucketName":"b","key":"dir/é"}`, "arn:aws:s3:::b AWS::S3::Bucket, arn:aws:s3:::b/dir/é AWS::S3::Object"},
		{"secretsmanager", "GetSecretValue", `{"secretId":"prod/db"}`, "arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/db AWS::SecretsManager::Secret"},
		{"secretsmanager", "GetSecretValue", `{"secretId":"arn:aws:secretsmanager:eu-west-1:111122223333:secret:db-AbCdEf"}`, "arn:aws:secretsmanager:eu-west-1:111122223333:secret:db-AbCdEf "},
		{"lambda", "Invoke", `{"functionName":"111122223333:function:f:3"}`, "arn:aws:lambda:eu-west-1:111122223333:function:f AWS::Lambda::Function"},
		{"ec2", "StopInstances", `{"instancesSet":{"items":[{"instanceId":"i-1"},{"instanceId":"i-2"}]}}`, "arn:aws:ec2:eu-west-1:111122223333:instance/i-1 AWS::EC2::Instance, arn:aws:ec2:eu-west-1:111122223333:instance/i-2 AWS::EC2::Instance"},
		{"kms", "Decrypt", `{"keyId":"alias/a"}`, "arn:aws:kms:eu-west-1:111122223333:alias/a AWS::KMS::Alias"},
		{"kms", "ScheduleKeyDeletion", `{"keyId":"1234"}`, "arn:aws:kms:eu-west-1:111122223333:key/1234 AWS::KMS::Key"},
		{"ssm", "SendCommand", `{"instanceIds":["i-1"]}`, "arn:aws:ec2:eu-west-1:111122223333:instance/i-1 AWS::EC2::Instance"},
		{"ssm", "GetParameter", `{"name":"/prod/db"}`, "arn:aws:ssm:eu-west-1:111122223333:parameter/prod/db AWS::SSM::Parameter"},
		{"cloudtrail", "StopLogging", `{"name":"main"}`, "arn:aws:cloudtrail:eu-west-1:111122223333:trail/main AWS::CloudTrail::Trail"},
		{"ec2", "DescribeInstances", `{"filterSet":{"items":[{"name":"vpc-id"}]}}`, ""},
		{"ec2", "AuthorizeSecurityGroupIngress", `{"groupId":"*"}`, ""},
	} {
		ev := parsed(t, called(test.source, test.name, test.parameters, `null`), aws.EventOptions{})
		var got []string
		for _, r := range ev.Resources {
			got = append(got, string(r.ID)+" "+r.Type)
		}
		if diff := cmp.Diff(test.want, strings.Join(got, ", ")); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.name, diff)
		}
	}
	gov := slices.Clone(called("s3", "PutBucketPolicy", `{"bucketName":"b"}`, `null`))
	ev := parsed(t, []byte(strings.Replace(string(gov), "eu-west-1", "us-gov-west-1", 1)), aws.EventOptions{})
	if len(ev.Resources) != 1 || ev.Resources[0].ID != "arn:aws-us-gov:s3:::b" {
		t.Errorf("resources %+v", ev.Resources)
	}
}
