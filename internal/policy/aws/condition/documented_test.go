package condition_test

import (
	"testing"

	"github.com/leastward/leastward/internal/policy/aws/condition"
)

// documented is a Condition element of AWS's documentation with what is said
// there of requests. What a request does not name, it does not have.
type documented struct {
	page     string // Below https://docs.aws.amazon.com/IAM/latest/UserGuide/.
	list     []condition.Raw
	holds    []request
	holdsNot []request
}

// request is all keys of a request; it has no others.
type request map[string][]string

// Lookup implements condition.Source.
func (r request) Lookup(k *condition.Key) condition.Value { return valueOf(r[k.Name]) }

func TestDocumentedExamples(t *testing.T) {
	t.Parallel()
	for _, d := range append(documentedOperators(), documentedSets()...) {
		s := compile(t, d.list...)
		for _, r := range d.holds {
			if got := s.Eval(r); got != condition.Yes {
				t.Errorf("%s: %+v over %q: %s, want yes", d.page, d.list, r, got)
			}
		}
		for _, r := range d.holdsNot {
			if got := s.Eval(r); got != condition.No {
				t.Errorf("%s: %+v over %q: %s, want no", d.page, d.list, r, got)
			}
		}
	}
}

func key(name string, values ...string) request { return request{name: values} }

func documentedOperators() []documented {
	const operators = "reference_policies_elements_condition_operators.html#Conditions_"
	spanning := "arn:aws:someservice:us-east-2:999999999999:store/abc:111122223333:finance/document.txt"
	return []documented{
		{
			operators + "String",
			[]condition.Raw{raw("StringEquals", "aws:PrincipalTag/job-category", "iamuser-admin")},
			[]request{key("aws:principaltag/job-category", "iamuser-admin")},
			[]request{{}, key("aws:principaltag/job-category", "IAMuser-admin")},
		},
		{
			operators + "String",
			[]condition.Raw{raw("StringLike", "s3:prefix", "", "home/", "home/${aws:username}/")},
			[]request{key("s3:prefix", ""), key("s3:prefix", "home/"), {"s3:prefix": {"home/ann/"}, "aws:username": {"ann"}}},
			[]request{{}, key("s3:prefix", "home/ann/"), {"s3:prefix": {"home/bob/"}, "aws:username": {"ann"}}, {"s3:prefix": {"home/bob/"}, "aws:username": {"*"}}},
		},
		{
			operators + "Numeric",
			[]condition.Raw{raw("NumericLessThanEquals", "s3:max-keys", "10")},
			[]request{key("s3:max-keys", "10"), key("s3:max-keys", "9.5")},
			[]request{{}, key("s3:max-keys", "11"), key("s3:max-keys", "ten")},
		},
		{
			operators + "Date",
			[]condition.Raw{raw("DateGreaterThan", "aws:TokenIssueTime", "2020-01-01T00:00:01Z")},
			[]request{key("aws:tokenissuetime", "2020-01-01T00:00:02Z"), key("aws:tokenissuetime", "1577836802")},
			[]request{{}, key("aws:tokenissuetime", "2020-01-01T00:00:01Z"), key("aws:tokenissuetime", "1577836801")},
		},
		{
			operators + "Boolean",
			[]condition.Raw{raw("Bool", "aws:SecureTransport", "false")},
			[]request{key("aws:securetransport", "false"), key("aws:securetransport", "False")},
			[]request{{}, key("aws:securetransport", "true")},
		},
		{
			operators + "BinaryEquals",
			[]condition.Raw{raw("BinaryEquals", "key", "QmluYXJ5VmFsdWVJbkJhc2U2NA==")},
			[]request{key("key", "QmluYXJ5VmFsdWVJbkJhc2U2NA==")},
			[]request{{}, key("key", "qmluYXJ5VmFsdWVJbkJhc2U2NA==")},
		},
		{
			operators + "IPAddress",
			[]condition.Raw{raw("IpAddress", "aws:SourceIp", "203.0.113.0/24", "2001:DB8:1234:5678::/64")},
			[]request{key("aws:sourceip", "203.0.113.255"), key("aws:sourceip", "2001:db8:1234:5678::1")},
			[]request{{}, key("aws:sourceip", "203.0.114.0"), key("aws:sourceip", "2001:db8:1234:5679::1")},
		},
		{
			operators + "ARN",
			[]condition.Raw{raw("StringLike", "aws:SourceArn", "arn:aws:someservice:*:111122223333:finance/*")},
			[]request{key("aws:sourcearn", spanning)},
			nil,
		},
		{
			operators + "ARN",
			[]condition.Raw{raw("ArnLike", "aws:SourceArn", "arn:aws:someservice:*:111122223333:finance/*")},
			[]request{key("aws:sourcearn", "arn:aws:someservice:us-east-2:111122223333:finance/a:b")},
			[]request{{}, key("aws:sourcearn", spanning)},
		},
		{
			operators + "IfExists",
			[]condition.Raw{raw("StringLikeIfExists", "ec2:InstanceType", "t1.*", "t2.*", "m3.*")},
			[]request{{}, key("ec2:instancetype", "t2.micro")},
			[]request{key("ec2:instancetype", "m5.large")},
		},
		{
			operators + "Null",
			[]condition.Raw{raw("Null", "aws:TokenIssueTime", "true")},
			[]request{{}},
			[]request{key("aws:tokenissuetime", "2020-01-01T00:00:01Z")},
		},
	}
}

func documentedSets() []documented {
	const (
		sets      = "reference_policies_condition-single-vs-multi-valued-context-keys.html"
		variables = "reference_policies_variables.html#policy-vars-default-values"
		logic     = "reference_policies_condition-logic-multiple-context-keys-or-values.html"
	)
	return []documented{
		{
			sets,
			[]condition.Raw{raw("ForAllValues:StringLike", "dynamodb:requestedAttributes", "PostDateTime", "Message", "Tags")},
			[]request{{}, key("dynamodb:requestedattributes", "PostDateTime", "Message"), key("dynamodb:requestedattributes", "")},
			[]request{key("dynamodb:requestedattributes", "PostDateTime", "UserName")},
		},
		{
			sets,
			[]condition.Raw{raw("ForAnyValue:StringLike", "dynamodb:requestedAttributes", "ID", "PostDateTime")},
			[]request{key("dynamodb:requestedattributes", "UserName", "Message", "PostDateTime")},
			[]request{{}, key("dynamodb:requestedattributes", "UserName"), key("dynamodb:requestedattributes", "")},
		},
		{
			variables,
			[]condition.Raw{raw("StringEquals", "s3:prefix", "${aws:PrincipalTag/team, 'company-wide'}")},
			[]request{key("s3:prefix", "company-wide"), {"s3:prefix": {"yellow"}, "aws:principaltag/team": {"yellow"}}},
			[]request{{"s3:prefix": {"company-wide"}, "aws:principaltag/team": {"yellow"}}},
		},
		{
			"reference_policies_variables.html#policy-vars-specialchars",
			[]condition.Raw{raw("StringLike", "s3:prefix", "a${*}${?}${$}{x}")},
			[]request{key("s3:prefix", "a*?${x}")},
			[]request{key("s3:prefix", "abc${x}")},
		},
		{
			logic,
			[]condition.Raw{raw("StringEquals", "aws:PrincipalTag/department", "finance", "hr", "legal"), raw("StringEquals", "aws:PrincipalTag/role", "audit", "security")},
			[]request{{"aws:principaltag/department": {"hr"}, "aws:principaltag/role": {"audit"}}},
			[]request{{"aws:principaltag/department": {"hr"}, "aws:principaltag/role": {"dev"}}, key("aws:principaltag/department", "hr")},
		},
		{
			logic,
			[]condition.Raw{raw("StringNotEquals", "aws:SourceVpc", "vpc-111bbccc", "vpc-222bbccc")},
			[]request{{}, key("aws:sourcevpc", "vpc-3")},
			[]request{key("aws:sourcevpc", "vpc-111bbccc"), key("aws:sourcevpc", "vpc-222bbccc")},
		},
	}
}
