package aws_test

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/leastward/leastward/internal/collect/aws"
	"github.com/leastward/leastward/internal/entitlement"
)

func (l live) throttling() {
	t, c := l.T, l.cloud
	c.seed(t)
	o := c.options()
	o.Attempts = 2
	calm, _ := c.collect(t, o)
	c.clear()
	const n = 4 // More than Attempts, which bounds other failures.
	ops := []string{"iam:GetAccountAuthorizationDetails", "organizations:DescribeOrganization", "lambda:ListFunctions", "ec2:DescribeInstances"}
	for _, op := range ops {
		c.on(op, times(n, throttled(op)))
	}
	inv, collector := c.collect(t, o)
	if diff := cmp.Diff(calm, inv); diff != "" {
		t.Errorf("a throttled collection differs (-calm +throttled):\n%s", diff)
	}
	got := map[string]uint64{}
	for _, s := range collector.Stats() {
		if s.Throttled > 0 {
			got[s.String()] = s.Throttled
		}
		// "Not in use" and "none" are error answers.
		answers := []string{"organizations:DescribeOrganization", "lambda:GetPolicy", "s3control:GetPublicAccessBlock"}
		if s.Errors > 0 && !slices.Contains(answers, s.String()) {
			t.Errorf("%s: %d errors", s, s.Errors)
		}
	}
	want := map[string]uint64{}
	for _, op := range ops {
		want[op] = n
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("throttled requests (-want +got):\n%s", diff)
	}
}

func (l live) passingFailures() {
	t, c := l.T, l.cloud
	c.seed(t)
	calm, _ := c.collect(t, c.options())
	for name, once := range map[string]func(op string) *answer{
		"half an answer": func(string) *answer { return &answer{cut: true} },
		"a server error": func(string) *answer { return &answer{status: http.StatusInternalServerError} },
		"expired": func(op string) *answer {
			return refusal(op, "ExpiredToken", "The security token included in the request is expired")
		},
	} {
		c.clear()
		for _, op := range []string{"iam:GetAccountAuthorizationDetails", "iam:ListAccessKeys", "iam:GetCredentialReport", "lambda:ListFunctions", "ec2:DescribeInstances"} {
			c.on(op, times(1, once(op)))
		}
		inv, _ := c.collect(t, c.options())
		if diff := cmp.Diff(calm, inv); diff != "" {
			t.Errorf("%s: the collection differs (-calm +disturbed):\n%s", name, diff)
		}
	}
}

// partialFailures refuses one operation after the other: what it gives is
// missing and named, and all else is there.
func (l live) partialFailures() {
	t, c := l.T, l.cloud
	c.seed(t)
	o := c.options()
	o.AccessAdvisor = true
	for _, test := range []struct{ op, code, permission string }{
		{"iam:ListAccountAliases", aws.CodeAccountAlias, "iam:ListAccountAliases"},
		{"iam:GenerateCredentialReport", aws.CodeCredentialReport, "iam:GenerateCredentialReport"},
		{"iam:GetCredentialReport", aws.CodeCredentialReport, "iam:GetCredentialReport"},
		{"iam:ListAccessKeys", aws.CodeAccessKeys, "iam:ListAccessKeys"},
		{"iam:GetAccessKeyLastUsed", aws.CodeAccessKeys, "iam:GetAccessKeyLastUsed"},
		{"iam:ListVirtualMFADevices", aws.CodeMFADevices, "iam:ListVirtualMFADevices"},
		{"iam:ListMFADevices", aws.CodeMFADevices, "iam:ListMFADevices"},
		{"iam:GenerateServiceLastAccessedDetails", aws.CodeAccessAdvisor, "iam:GenerateServiceLastAccessedDetails"},
		{"iam:GetServiceLastAccessedDetails", aws.CodeAccessAdvisor, "iam:GetServiceLastAccessedDetails"},
		{"lambda:ListFunctions", aws.CodeFunctions, "lambda:ListFunctions"},
		{"ec2:DescribeInstances", aws.CodeInstances, "ec2:DescribeInstances"},
		{"organizations:DescribeOrganization", aws.CodeServiceControl, "organizations:DescribeOrganization"},
	} {
		c.clear()
		c.answerAdvisor()
		c.on(test.op, always(refusal(test.op, "AccessDenied", "User: arn:aws:sts::1:assumed-role/x is not authorized to perform: "+test.op+" on resource: *")))
		inv, _ := c.collect(t, o)
		if len(inv.Problems) != 1 {
			t.Errorf("%s refused: problems %+v, want one", test.op, inv.Problems)
			continue
		}
		p := inv.Problems[0]
		if p.Code != test.code || p.Permission != test.permission || !strings.Contains(p.Message, "Allow the collecting role "+test.permission) {
			t.Errorf("%s refused: %+v", test.op, p)
		}
		if len(inv.Identities) < 4 || len(inv.Policies) < 3 {
			t.Errorf("%s refused: only %d identities, %d policies are left", test.op, len(inv.Identities), len(inv.Policies))
		}
	}
}

// refusedWorkloads takes the permission from the call where the refusal
// doesn't name it.
func (l live) refusedWorkloads() {
	t, c := l.T, l.cloud
	c.seed(t)
	c.on("ec2:DescribeInstances", always(refusal("ec2:DescribeInstances", "UnauthorizedOperation", "You are not authorized to perform this operation.")))
	inv, _ := c.collect(t, c.options())
	want := []entitlement.Problem{{Code: aws.CodeInstances, Subject: "ec2:DescribeInstances in " + region, Permission: "ec2:DescribeInstances"}}
	if diff := cmp.Diff(want, inv.Problems, cmpopts.IgnoreFields(entitlement.Problem{}, "Message")); diff != "" {
		t.Errorf("problems (-want +got):\n%s", diff)
	}
}

func (l live) noInventory() {
	t, c := l.T, l.cloud
	c.seed(t)
	const op = "iam:GetAccountAuthorizationDetails"
	for name, test := range map[string]struct {
		rule rule
		want string
	}{
		"refused":   {always(refusal(op, "AccessDenied", "User: x is not authorized to perform: "+op+" on resource: *")), "allow the collecting role " + op},
		"malformed": {always(&answer{status: http.StatusOK, body: "<GetAccountAuthorizationDetailsResponse><Get"}), "page 1"},
		"expired":   {always(refusal(op, "ExpiredToken", "The security token included in the request is expired")), "ExpiredToken"},
		"broken":    {always(&answer{status: http.StatusBadGateway}), "page 1"},
		"half of two pages": {func(n int, _ string) *answer {
			if n == 1 {
				return &answer{status: http.StatusOK, body: firstPage}
			}
			return refusal(op, "ServiceFailure", "The request processing has failed")
		}, "page 2"},
	} {
		c.clear()
		c.on(op, test.rule)
		inv, err := c.collector(t, c.options()).Collect(t.Context())
		if inv != nil || err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: got inventory %v and error %v, want %q in it", name, inv != nil, err, test.want)
		}
	}
}

const firstPage = `<GetAccountAuthorizationDetailsResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/">
<GetAccountAuthorizationDetailsResult><IsTruncated>true</IsTruncated><Marker>m</Marker>
<UserDetailList/><GroupDetailList/><RoleDetailList/><Policies/></GetAccountAuthorizationDetailsResult>
</GetAccountAuthorizationDetailsResponse>`

// deadline throttles one source for good: the others are published, and
// the deadline ends the wait.
func (l live) deadline() {
	t, c := l.T, l.cloud
	c.seed(t)
	c.on("lambda:ListFunctions", always(throttled("lambda:ListFunctions")))
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	inv, err := c.collector(t, c.options()).Collect(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if len(inv.Problems) != 1 || inv.Problems[0].Code != aws.CodeFunctions || !strings.Contains(inv.Problems[0].Message, "ran out of time") {
		t.Errorf("problems: %+v", inv.Problems)
	}
	if identity(t, inv, c.arn("user/ada")).MFA != entitlement.Yes {
		t.Error("the other sources are incomplete")
	}
	cancelled, cancelNow := context.WithCancel(t.Context())
	c.on("lambda:ListFunctions", func(int, string) *answer { cancelNow(); return throttled("lambda:ListFunctions") })
	if inv, err := c.collector(t, c.options()).Collect(cancelled); inv != nil || !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: inventory %v, error %v", inv != nil, err)
	}
}
