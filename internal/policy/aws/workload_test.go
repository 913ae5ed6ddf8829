package aws_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"

	"github.com/leastward/leastward/internal/entitlement"
)

// workload is one identity policy and requests of its user, in the mix that
// docs/benchmarks.md describes: drawn after the 1,594 managed policies of AWS,
// of whose statements half name "*" as the resource and four in ten have a
// condition.
type workload struct {
	Policy    json.RawMessage   `json:"policy"`
	Principal string            `json:"principal"`
	Account   string            `json:"account"`
	Context   map[string]string `json:"context"`
	Requests  []call            `json:"requests"`
}

type call struct {
	Action   string `json:"action"`
	Resource string `json:"resource"`
}

// place is a kind of resource with actions on it.
type place struct {
	service, arn string // The ARN has %s for the name.
	actions      []string
}

func places() []place {
	region := func(service, rest string) string {
		return "arn:aws:" + service + ":eu-west-1:" + account + ":" + rest
	}
	return []place{
		{"s3", "arn:aws:s3:::%s/reports/2026/q1.csv", strings.Fields("GetObject PutObject DeleteObject GetObjectTagging GetObjectAcl")},
		{"s3", "arn:aws:s3:::%s", strings.Fields("ListBucket GetBucketPolicy GetBucketTagging GetLifecycleConfiguration PutBucketTagging")},
		{"ec2", region("ec2", "instance/%s"), strings.Fields("StartInstances StopInstances RebootInstances TerminateInstances")},
		{"dynamodb", region("dynamodb", "table/%s"), strings.Fields("GetItem PutItem UpdateItem DeleteItem Query Scan DescribeTable")},
		{"lambda", region("lambda", "function:%s"), strings.Fields("InvokeFunction GetFunction UpdateFunctionCode DeleteFunction")},
		{"sqs", region("sqs", "%s"), strings.Fields("SendMessage ReceiveMessage DeleteMessage GetQueueAttributes PurgeQueue")},
		{"sns", region("sns", "%s"), strings.Fields("Publish Subscribe GetTopicAttributes DeleteTopic")},
		{"secretsmanager", region("secretsmanager", "secret:%s"), strings.Fields("GetSecretValue DescribeSecret PutSecretValue")},
		{"logs", region("logs", "log-group:%s"), strings.Fields("CreateLogGroup PutRetentionPolicy DeleteLogGroup")},
		{"iam", "arn:aws:iam::" + account + ":role/%s", strings.Fields("GetRole PassRole UpdateRole TagRole AttachRolePolicy")},
		{"ecr", region("ecr", "repository/%s"), strings.Fields("BatchGetImage PutImage DescribeImages GetDownloadUrlForLayer")},
		{"cloudformation", region("cloudformation", "stack/%s/0f1e"), strings.Fields("DescribeStacks UpdateStack DeleteStack GetTemplate")},
	}
}

func conditions() []string {
	return []string{
		`{"StringEquals":{"aws:RequestedRegion":["eu-west-1","eu-central-1"]}}`,
		`{"Bool":{"aws:SecureTransport":"true"}}`,
		`{"StringLike":{"aws:PrincipalTag/team":"pay*"}}`,
		`{"IpAddress":{"aws:SourceIp":["10.0.0.0/8","192.0.2.0/24"]}}`,
		`{"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::*:user/*"},"Bool":{"aws:MultiFactorAuthPresent":"true"}}`,
		`{"DateGreaterThan":{"aws:CurrentTime":"2026-01-01T00:00:00Z"}}`,
	}
}

// newWorkload draws a policy of n statements, the same each time.
func newWorkload(n int) workload {
	d := mixer{Rand: rand.New(rand.NewPCG(7, uint64(n)))}
	w := workload{Principal: string(alice), Account: account, Context: map[string]string{
		"aws:RequestedRegion": "eu-west-1", "aws:SecureTransport": "true", "aws:PrincipalTag/team": "payments",
		"aws:SourceIp": "10.1.2.3", "aws:MultiFactorAuthPresent": "true", "aws:CurrentTime": "2026-06-01T12:00:00Z",
		"aws:PrincipalArn": string(alice), "aws:username": "alice",
	}}
	statements := make([]string, n)
	for i := range statements {
		p, name := d.place(), d.name()
		statements[i] = d.statement(p, name)
		if len(w.Requests) < 32 {
			w.Requests = append(w.Requests, d.call(p, name))
		}
	}
	for len(w.Requests) < 64 {
		w.Requests = append(w.Requests, d.call(d.place(), d.name()))
	}
	w.Policy = document(strings.Join(statements, ","))
	return w
}

type mixer struct{ *rand.Rand }

func (d mixer) place() place { p := places(); return p[d.IntN(len(p))] }

func (d mixer) name() string { return fmt.Sprintf("team-%d-app-%d", d.IntN(20), d.IntN(5)) }

func (d mixer) call(p place, name string) call {
	return call{p.service + ":" + p.actions[d.IntN(len(p.actions))], fmt.Sprintf(p.arn, name)}
}

// statement is about a resource and others like it: one in ten denies, half
// name "*", the rest one or two ARNs with a wildcard in one of two; four in
// ten have a condition.
func (d mixer) statement(p place, name string) string {
	effect, resource, condition := "Allow", "*", ""
	if d.IntN(10) == 0 {
		effect = "Deny"
	}
	if d.IntN(2) == 0 || effect == "Deny" {
		resource = d.pattern(p, name)
		if d.IntN(2) == 0 {
			resource += " " + d.pattern(p, d.name())
		}
	}
	if c := conditions(); d.IntN(10) < 4 {
		condition = c[d.IntN(len(c))]
	}
	return statement(effect, strings.Join(d.actions(p), " "), resource, condition)
}

// actions are a third of a place's and more, one in five with a wildcard.
func (d mixer) actions(p place) (out []string) {
	for _, i := range d.Perm(len(p.actions))[:1+d.IntN(len(p.actions))] {
		a := p.actions[i]
		if d.IntN(5) == 0 {
			a = a[:len(a)-4] + "*"
		}
		out = append(out, p.service+":"+a)
	}
	return out
}

func (d mixer) pattern(p place, name string) string {
	if d.IntN(2) == 0 {
		team, _, _ := strings.Cut(name, "-app-")
		name = team + "-*"
	}
	return fmt.Sprintf(p.arn, name)
}

// inventory holds the user with the policy.
func (w *workload) inventory() *entitlement.Inventory {
	return &entitlement.Inventory{
		System:     entitlement.System{ID: account, Cloud: entitlement.AWS},
		Identities: []entitlement.Identity{{ID: alice, Kind: entitlement.User, Policies: []entitlement.PolicyID{"policy"}}},
		Policies:   map[entitlement.PolicyID]entitlement.Policy{"policy": {ID: "policy", Document: w.Policy}},
	}
}
