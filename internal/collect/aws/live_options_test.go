package aws_test

import (
	"strings"
	"testing"

	"golang.org/x/time/rate"

	"github.com/leastward/leastward/internal/collect/aws"
)

func TestNewRefusesOptions(t *testing.T) {
	t.Parallel()
	for want, o := range map[string]aws.Options{
		`account: "12345" is not an AWS account number`:                     {Account: "12345"},
		`endpoint: "localhost:5000" is not a URL`:                           {Endpoint: "localhost:5000"},
		`limits.iam: needs a known API family and a rate above 0`:           {Limits: map[string]rate.Limit{"iam": 0}},
		`limits.iamm: needs a known API family`:                             {Limits: map[string]rate.Limit{"iamm": 1}},
		`role: "arn:aws:iam::1:user/x" is not the ARN of a role`:            {Role: aws.Role{ARN: "arn:aws:iam::1:user/x"}},
		`organization_role: an external id without a role ARN`:              {OrganizationRole: aws.Role{ExternalID: "x"}},
		`trail: prefix, region, role or queue without a bucket name`:        {Trail: aws.Bucket{Prefix: "logs"}},
		`window, parallel, attempts, max backoff and poll interval must no`: {Window: -1},
	} {
		if _, err := aws.New(t.Context(), o); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
}
