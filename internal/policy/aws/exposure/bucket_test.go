package exposure_test

import (
	"encoding/json"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/policy/aws/exposure"
	"github.com/leastward/leastward/internal/testkit"
)

// class is the class of a bucket named "b" of the home account, with the
// accounts after a blank.
func class(policy string, change func(*account, *entitlement.Resource)) string {
	a := newAccount(home)
	r := a.bucket("b", policy)
	if change != nil {
		change(a, r)
	}
	e := estate(a)
	return words(exposure.Bucket(e, e.Account(home), &e.Account(home).Inventory().Resources[0]))
}

func words(x entitlement.BucketExposure) string {
	return strings.TrimSpace(x.Access + " " + strings.Join(x.Accounts, " "))
}

const everybody = `"*"`

func to(principal, actions, condition string) string {
	return statement("Allow", principal, actions, "arn:aws:s3:::b arn:aws:s3:::b/*", condition)
}

func denying(principal, actions, condition string) string {
	return statement("Deny", principal, actions, "arn:aws:s3:::b arn:aws:s3:::b/*", condition)
}

func TestBucketConditions(t *testing.T) {
	t.Parallel()
	for condition, want := range map[string]string{
		"": "public",
		// Fixed values.
		`{"StringEquals":{"aws:PrincipalOrgID":"o-aa111bb222"}}`:                                                           "restricted",
		`{"StringEquals":{"AWS:principalorgid":["o-aa111bb222","o-cc"]}}`:                                                  "restricted",
		`{"StringLike":{"aws:PrincipalOrgID":"o-aa*"}}`:                                                                    "public",
		`{"StringLike":{"aws:PrincipalOrgID":"*"}}`:                                                                        "public",
		`{"StringEqualsIfExists":{"aws:PrincipalOrgID":"o-aa111bb222"}}`:                                                   "public",
		`{"StringNotEquals":{"aws:PrincipalOrgID":"o-aa111bb222"}}`:                                                        "public",
		`{"ForAllValues:StringEquals":{"aws:PrincipalOrgPaths":"o-a/r-b/"}}`:                                               "public",
		`{"ForAnyValue:StringLike":{"aws:PrincipalOrgPaths":"o-a/r-b/*"}}`:                                                 "restricted",
		`{"ForAnyValue:StringLike":{"aws:PrincipalOrgPaths":"o-*/r-b/*"}}`:                                                 "public",
		`{"StringEquals":{"aws:SourceVpc":"vpc-91237329"}}`:                                                                "restricted",
		`{"StringLike":{"aws:SourceVpc":"vpc-*"}}`:                                                                         "public",
		`{"StringEquals":{"aws:SourceVpce":"vpce-1a2b3c4d"}}`:                                                              "restricted",
		`{"StringEquals":{"aws:SourceVpce":["vpce-1a2b3c4d","vpce-?"]}}`:                                                   "public",
		`{"ArnLike":{"aws:SourceArn":"arn:aws:cloudtrail:eu-west-1:111122223333:trail/t"}}`:                                "restricted",
		`{"ArnLike":{"aws:SourceArn":"arn:aws:cloudtrail:*:111122223333:trail/t"}}`:                                        "public",
		`{"StringEquals":{"aws:SourceAccount":"444455556666"}}`:                                                            "restricted",
		`{"StringEquals":{"aws:userid":"AIDAEXAMPLE"}}`:                                                                    "restricted",
		`{"StringLike":{"aws:userid":"AROAEXAMPLE:*"}}`:                                                                    "public",
		`{"StringEquals":{"aws:userid":"${aws:username}"}}`:                                                                "public",
		`{"StringEquals":{"s3:DataAccessPointAccount":"111122223333"}}`:                                                    "restricted",
		`{"StringLike":{"s3:DataAccessPointArn":"arn:aws:s3:eu-west-1:111122223333:accesspoint/*"}}`:                       "restricted",
		`{"StringLike":{"s3:DataAccessPointArn":"arn:aws:s3:eu-west-1:*:accesspoint/*"}}`:                                  "public",
		`{"StringEquals":{"s3:x-amz-server-side-encryption-aws-kms-key-id":"arn:aws:kms:eu-west-1:111122223333:key/abc"}}`: "restricted",
		// Addresses.
		`{"IpAddress":{"aws:SourceIp":"192.0.2.0/24"}}`:               "restricted",
		`{"IpAddress":{"aws:SourceIp":"192.0.2.7"}}`:                  "restricted",
		`{"IpAddress":{"aws:SourceIp":["192.0.2.0/24","1.0.0.0/8"]}}`: "restricted",
		`{"IpAddress":{"aws:SourceIp":["192.0.2.0/24","0.0.0.0/1"]}}`: "public",
		`{"IpAddress":{"aws:SourceIp":"2.0.0.0/7"}}`:                  "public",
		`{"IpAddress":{"aws:SourceIp":"0.0.0.0/0"}}`:                  "public",
		`{"IpAddress":{"aws:SourceIp":"2001:db8::/32"}}`:              "restricted",
		`{"IpAddress":{"aws:SourceIp":"2001:d00::/24"}}`:              "public",
		`{"IpAddress":{"aws:SourceIp":"::/0"}}`:                       "public",
		`{"NotIpAddress":{"aws:SourceIp":"192.0.2.0/24"}}`:            "public",
		// Other keys narrow nothing.
		`{"StringLike":{"aws:Referer":"https://example.com/*"}}`:                                                                     "public",
		`{"Bool":{"aws:SecureTransport":"true"}}`:                                                                                    "public",
		`{"StringEquals":{"aws:UserAgent":"secret"}}`:                                                                                "public",
		`{"StringEquals":{"s3:prefix":"home/"}}`:                                                                                     "public",
		`{"Null":{"aws:PrincipalOrgID":"false"}}`:                                                                                    "public",
		`{"IpAddress":{"aws:VpcSourceIp":"10.0.0.0/8"}}`:                                                                             "public",
		`{"Bool":{"aws:SecureTransport":"true"},"StringEquals":{"aws:SourceVpc":"vpc-1"}}`:                                           "restricted",
		`{"StringEquals":{"aws:PrincipalTag/team":"a"}}`:                                                                             "public",
		`{"StringEquals":{"aws:PrincipalAccount":"111122223333"}}`:                                                                   "private",
		`{"StringEquals":{"aws:PrincipalAccount":["111122223333","444455556666"]}}`:                                                  "cross_account 444455556666",
		`{"StringLike":{"aws:PrincipalAccount":"4444*"}}`:                                                                            "public",
		`{"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::444455556666:role/*"}}`:                                                        "cross_account 444455556666",
		`{"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::*:role/admin"}}`:                                                               "public",
		`{"ArnNotLike":{"aws:PrincipalArn":"arn:aws:iam::444455556666:role/*"}}`:                                                     "public",
		`{"ArnEquals":{"aws:PrincipalArn":"arn:aws:iam::111122223333:role/x"}}`:                                                      "private",
		`{"StringEquals":{"aws:PrincipalOrgID":"o-a","aws:PrincipalAccount":"444455556666"}}`:                                        "cross_account 444455556666",
		`{"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::444455556666:role/*"},"StringEquals":{"aws:PrincipalAccount":"111122223333"}}`: "private",
	} {
		t.Run(condition, func(t *testing.T) {
			t.Parallel()
			if got := class(string(document(to(everybody, "s3:GetObject", condition))), nil); got != want {
				t.Errorf("got %q, want %q", got, want)
			}
		})
	}
}

func TestBucketStatements(t *testing.T) {
	t.Parallel()
	open := to(everybody, "s3:GetObject", "")
	noList := func(_ *account, r *entitlement.Resource) { r.Bucket.Grants, r.Bucket.ACLUnknown = nil, true }
	for name, c := range map[string]struct {
		policy string
		change func(*account, *entitlement.Resource)
		want   string
	}{
		"nothing":                      {want: "private"},
		"everybody":                    {policy: open, want: "public"},
		"every AWS principal":          {policy: to(`{"AWS":"*"}`, "s3:GetObject", ""), want: "public"},
		"all but one":                  {policy: to(`!{"AWS":"arn:aws:iam::444455556666:root"}`, "s3:GetObject", ""), want: "public"},
		"another account":              {policy: to(`{"AWS":"444455556666"}`, "s3:GetObject", ""), want: "cross_account 444455556666"},
		"two forms of two accounts":    {policy: to(`{"AWS":["arn:aws:iam::777788889999:role/x","arn:aws:iam::444455556666:root","444455556666"]}`, "s3:GetObject", ""), want: "cross_account 444455556666 777788889999"},
		"its own account":              {policy: to(`{"AWS":["111122223333","arn:aws:iam::111122223333:user/a"]}`, "s3:*", ""), want: "private"},
		"a deleted user":               {policy: to(`{"AWS":"AIDACKCEVSQ6C2EXAMPLE"}`, "s3:*", ""), want: "private"},
		"a service":                    {policy: to(`{"Service":"logging.s3.amazonaws.com"}`, "s3:PutObject", ""), want: "private"},
		"CloudFront":                   {policy: to(`{"AWS":"arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E1"}`, "s3:GetObject", ""), want: "private"},
		"a canonical user":             {policy: to(`{"CanonicalUser":"abc"}`, "s3:GetObject", ""), want: "cross_account abc"},
		"another account under a key":  {policy: to(`{"AWS":"444455556666"}`, "s3:GetObject", `{"StringEquals":{"aws:SourceVpce":"vpce-1"}}`), want: "cross_account 444455556666"},
		"accounts that exclude":        {policy: to(`{"AWS":"444455556666"}`, "s3:GetObject", `{"StringEquals":{"aws:PrincipalAccount":"777788889999"}}`), want: "private"},
		"everybody, another service":   {policy: to(everybody, "sqs:SendMessage", ""), want: "private"},
		"everybody, another bucket":    {policy: statement("Allow", everybody, "s3:GetObject", "arn:aws:s3:::c/*", ""), want: "private"},
		"everybody, all resources":     {policy: statement("Allow", everybody, "s3:GetObject", "*", ""), want: "public"},
		"everybody, all but others":    {policy: statement("Allow", everybody, "s3:GetObject", "!arn:aws:s3:::c/*", ""), want: "public"},
		"everybody, all but itself":    {policy: statement("Allow", everybody, "s3:GetObject", "!arn:aws:s3:::b arn:aws:s3:::b/*", ""), want: "private"},
		"everybody, all but s3":        {policy: to(everybody, "!s3:*", ""), want: "private"},
		"everybody, all but one":       {policy: to(everybody, "!s3:PutObject", ""), want: "public"},
		"an action nobody knows":       {policy: to(everybody, "s3:FrobnicateObject", ""), want: "public"},
		"no principal":                 {policy: statement("Allow", "", "s3:GetObject", "*", ""), want: "unknown"},
		"not understood":               {policy: `{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":5}`, want: "unknown"},
		"not understood, but open":     {policy: open + `,{"Effect":"Allow"}`, want: "public"},
		"a Deny not understood":        {policy: to(`{"AWS":"444455556666"}`, "s3:*", "") + `,{"Effect":"Deny","Principal":"*","Action":5,"Resource":"*"}`, want: "cross_account 444455556666"},
		"policy not read":              {change: func(_ *account, r *entitlement.Resource) { r.PolicyUnknown = true }, want: "unknown"},
		"nothing but the policy read":  {change: func(_ *account, r *entitlement.Resource) { r.Bucket = nil }, want: "unknown"},
		"only the policy, and open":    {policy: open, change: func(_ *account, r *entitlement.Resource) { r.Bucket = nil }, want: "public"},
		"only the policy, and crossed": {policy: to(`{"AWS":"444455556666"}`, "s3:*", ""), change: func(_ *account, r *entitlement.Resource) { r.Bucket = nil }, want: "unknown 444455556666"},
		"list not read":                {change: noList, want: "unknown"},
		"list not read, and open":      {policy: open, change: noList, want: "public"},
		"list not read, and crossed":   {policy: to(`{"AWS":"444455556666"}`, "s3:*", ""), change: noList, want: "unknown 444455556666"},
		"list not read, and narrowed":  {policy: to(everybody, "s3:*", `{"StringEquals":{"aws:SourceVpce":"vpce-1"}}`), change: noList, want: "unknown"},
		"neither list nor policy":      {change: func(_ *account, r *entitlement.Resource) { r.Bucket, r.PolicyUnknown = nil, true }, want: "unknown"},
		"policy not read, list open": {change: func(_ *account, r *entitlement.Resource) {
			r.PolicyUnknown = true
			r.Bucket.Grants = []entitlement.BucketGrant{{Grantee: entitlement.AllUsers, Permission: "READ"}}
		}, want: "public"},
		"crossed, and not understood": {policy: to(`{"AWS":"444455556666"}`, "s3:*", "") + `,{"Effect":"Allow"}`, change: func(_ *account, r *entitlement.Resource) { r.Bucket = nil }, want: "unknown 444455556666"},
		"two statements":              {policy: to(everybody, "s3:GetObject", `{"StringEquals":{"aws:SourceVpce":"vpce-1"}}`) + "," + to(`{"AWS":"444455556666"}`, "s3:PutObject", ""), want: "restricted 444455556666"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			policy := ""
			if c.policy != "" {
				policy = string(document(c.policy))
			}
			if got := class(policy, c.change); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestBucketDenies(t *testing.T) {
	t.Parallel()
	read, crossed := to(everybody, "s3:GetObject", ""), to(`{"AWS":"444455556666"}`, "s3:GetObject", "")
	for name, c := range map[string]struct{ allow, deny, want string }{
		"all":                         {read, denying(everybody, "s3:*", ""), "private"},
		"the action":                  {read, denying(everybody, "s3:Get*", ""), "private"},
		"another action":              {read, denying(everybody, "s3:PutObject", ""), "public"},
		"one of two actions":          {to(everybody, "s3:GetObject s3:PutObject", ""), denying(everybody, "s3:PutObject", ""), "public"},
		"two of two actions":          {to(everybody, "s3:GetObject s3:PutObject", ""), denying(everybody, "s3:PutObject", "") + "," + denying(everybody, "s3:GetObject", ""), "private"},
		"a prefix":                    {read, statement("Deny", everybody, "s3:*", "arn:aws:s3:::b/tax/*", ""), "public"},
		"the bucket, not its objects": {read, statement("Deny", everybody, "s3:*", "arn:aws:s3:::b", ""), "public"},
		"all resources":               {read, statement("Deny", everybody, "s3:*", "*", ""), "private"},
		"all but the bucket":          {read, statement("Deny", everybody, "s3:*", "!arn:aws:s3:::b/*", ""), "public"},
		"all but another":             {read, statement("Deny", everybody, "s3:*", "!arn:aws:s3:::c/*", ""), "private"},
		"a grant on all resources":    {statement("Allow", everybody, "s3:GetObject", "*", ""), denying(everybody, "s3:*", ""), "private"},
		"without TLS":                 {read, denying(everybody, "s3:*", `{"Bool":{"aws:SecureTransport":"false"}}`), "public"},
		"unless from the endpoint":    {read, denying(everybody, "s3:*", `{"StringNotEquals":{"aws:SourceVpce":"vpce-1"}}`), "restricted"},
		"unless from any endpoint":    {read, denying(everybody, "s3:*", `{"StringNotLike":{"aws:SourceVpce":"vpce-*"}}`), "public"},
		"if from the endpoint":        {read, denying(everybody, "s3:*", `{"StringEquals":{"aws:SourceVpce":"vpce-1"}}`), "public"},
		"unless from addresses":       {read, denying(everybody, "s3:*", `{"NotIpAddress":{"aws:SourceIp":"192.0.2.0/24"}}`), "restricted"},
		"unless from either":          {read, denying(everybody, "s3:*", `{"NotIpAddress":{"aws:SourceIp":"192.0.2.0/24"},"StringNotEquals":{"aws:SourceVpce":"vpce-1"}}`), "restricted"},
		"unless from either or plain": {read, denying(everybody, "s3:*", `{"NotIpAddress":{"aws:SourceIp":"192.0.2.0/24"},"Bool":{"aws:SecureTransport":"false"}}`), "public"},
		"unless the organisation":     {read, denying(everybody, "s3:*", `{"StringNotEqualsIfExists":{"aws:PrincipalOrgID":"o-a"},"BoolIfExists":{"aws:PrincipalIsAWSService":"false"}}`), "restricted"},
		"ForAnyValue, absent passes":  {read, denying(everybody, "s3:*", `{"ForAnyValue:StringNotEquals":{"aws:PrincipalOrgPaths":"o-a/r-b/"}}`), "public"},
		"unless the account":          {read, denying(everybody, "s3:*", `{"StringNotEquals":{"aws:PrincipalAccount":"111122223333"}}`), "private"},
		"unless two accounts":         {read, denying(everybody, "s3:*", `{"StringNotEquals":{"aws:PrincipalAccount":["111122223333","777788889999"]}}`), "cross_account 777788889999"},
		"unless a principal":          {read, denying(everybody, "s3:*", `{"ArnNotLike":{"aws:PrincipalArn":"arn:aws:iam::777788889999:role/x"}}`), "cross_account 777788889999"},
		"unless named":                {read, denying(`!{"AWS":["arn:aws:iam::777788889999:user/Bob","arn:aws:iam::777788889999:root"]}`, "s3:*", ""), "cross_account 777788889999"},
		"unless a service":            {read, denying(`!{"Service":"cloudfront.amazonaws.com"}`, "s3:*", ""), "private"},
		"halves":                      {to(everybody, "s3:GetObject s3:PutObject", ""), denying(everybody, "s3:GetObject", `{"StringNotEquals":{"aws:PrincipalAccount":"777788889999"}}`) + "," + denying(everybody, "s3:PutObject", `{"StringNotEquals":{"aws:SourceVpce":"vpce-1"}}`), "restricted 777788889999"},
		"one half":                    {to(everybody, "s3:GetObject s3:PutObject", ""), denying(everybody, "s3:GetObject", `{"StringNotEquals":{"aws:PrincipalAccount":"777788889999"}}`), "public 777788889999"},
		"an account":                  {crossed, denying(`{"AWS":"444455556666"}`, "s3:*", ""), "private"},
		"another account":             {crossed, denying(`{"AWS":"777788889999"}`, "s3:*", ""), "cross_account 444455556666"},
		"everybody, an account":       {crossed, denying(everybody, "s3:*", ""), "private"},
		"one of the account":          {crossed, denying(`{"AWS":"arn:aws:iam::444455556666:user/x"}`, "s3:*", ""), "cross_account 444455556666"},
		"accounts but one's own":      {crossed, denying(everybody, "s3:*", `{"StringNotEquals":{"aws:PrincipalAccount":"111122223333"}}`), "private"},
		"an account when":             {crossed, denying(`{"AWS":"444455556666"}`, "s3:*", `{"Bool":{"aws:SecureTransport":"false"}}`), "cross_account 444455556666"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := class(string(document(c.allow, c.deny)), nil); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestBucketListsAndBlocks(t *testing.T) {
	t.Parallel()
	open, crossed := to(everybody, "s3:GetObject", ""), to(`{"AWS":"444455556666"}`, "s3:GetObject", "")
	grant := func(who, permission string) func(*account, *entitlement.Resource) {
		return func(_ *account, r *entitlement.Resource) {
			r.Bucket.Grants = append(r.Bucket.Grants, entitlement.BucketGrant{Grantee: who, Permission: permission})
		}
	}
	block := func(acls, policy, ignore, restrict entitlement.Tristate) func(*account, *entitlement.Resource) {
		return func(_ *account, r *entitlement.Resource) {
			r.Bucket.BlockPublicACLs, r.Bucket.BlockPublicPolicy = acls, policy
			r.Bucket.IgnorePublicACLs, r.Bucket.RestrictPublicBuckets = ignore, restrict
		}
	}
	both := func(list ...func(*account, *entitlement.Resource)) func(*account, *entitlement.Resource) {
		return func(a *account, r *entitlement.Resource) {
			for _, f := range list {
				f(a, r)
			}
		}
	}
	const yes, no, unknown = entitlement.Yes, entitlement.No, entitlement.Unknown
	for name, c := range map[string]struct {
		policy string
		change func(*account, *entitlement.Resource)
		want   string
	}{
		"all users":                 {"", grant(entitlement.AllUsers, "READ"), "public"},
		"all users of AWS":          {"", grant(entitlement.AuthenticatedUsers, "WRITE_ACP"), "public"},
		"logs":                      {"", grant("LogDelivery", "WRITE"), "private"},
		"another user":              {"", grant("beef", "READ"), "cross_account beef"},
		"another user, in full":     {"", grant("beef", "FULL_CONTROL"), "cross_account " + ownerID + " beef"},
		"another user, owner known": {"", both(grant("beef", "FULL_CONTROL"), func(_ *account, r *entitlement.Resource) { r.Bucket.Owner = ownerID }), "cross_account beef"},
		"not even the owner's grant": {"", func(_ *account, r *entitlement.Resource) {
			r.Bucket.Owner, r.Bucket.Grants = ownerID, []entitlement.BucketGrant{{Grantee: "beef", Permission: "FULL_CONTROL"}}
		}, "cross_account beef"},
		"the owner by canonical id":         {to(`{"CanonicalUser":"`+ownerID+`"}`, "s3:*", ""), nil, "private"},
		"all users, ignored":                {"", both(grant(entitlement.AllUsers, "READ"), block(no, no, yes, no)), "restricted"},
		"all users, not known":              {"", both(grant(entitlement.AllUsers, "READ"), block(no, no, unknown, no)), "public"},
		"all users, other parts":            {"", both(grant(entitlement.AllUsers, "READ"), block(yes, yes, no, yes)), "public"},
		"another user, ignored":             {"", both(grant("beef", "READ"), block(yes, yes, yes, yes)), "cross_account beef"},
		"all users, denied":                 {denying(everybody, "s3:*", ""), grant(entitlement.AllUsers, "FULL_CONTROL"), "private"},
		"all users, denied objects alone":   {statement("Deny", everybody, "s3:*", "arn:aws:s3:::b/*", ""), grant(entitlement.AllUsers, "READ"), "public"},
		"all users, write, denied the list": {statement("Deny", everybody, "s3:List*", "arn:aws:s3:::b", ""), grant(entitlement.AllUsers, "WRITE"), "public"},
		"all users, denied the list":        {statement("Deny", everybody, "s3:List*", "arn:aws:s3:::b", ""), grant(entitlement.AllUsers, "READ"), "private"},
		"policy restricted":                 {open, block(no, no, no, yes), "restricted"},
		"policy, other parts":               {open, block(yes, yes, yes, no), "public"},
		"policy restricted, and accounts":   {open + "," + crossed, block(no, no, no, yes), "restricted"},
		"accounts alone":                    {crossed, block(yes, yes, yes, yes), "cross_account 444455556666"},
		"narrowed, not public":              {to(everybody, "s3:*", `{"StringEquals":{"aws:PrincipalOrgID":"o-a"}}`) + "," + crossed, block(yes, yes, yes, yes), "restricted 444455556666"},
		"policy closed, list open":          {open, both(grant(entitlement.AllUsers, "READ"), block(no, no, no, yes)), "public"},
		"resource control policy": {open, func(a *account, _ *entitlement.Resource) {
			a.inv.ResourceControls = [][]entitlement.PolicyID{{a.policy("rcp", statement("Deny", everybody, "s3:*", "*", `{"StringNotEqualsIfExists":{"aws:PrincipalOrgID":"o-a"}}`))}}
		}, "restricted"},
		"resource control policy of another service": {open, func(a *account, _ *entitlement.Resource) {
			a.inv.ResourceControls = [][]entitlement.PolicyID{{a.policy("rcp", statement("Deny", everybody, "sqs:*", "*", ""))}}
		}, "public"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			policy := ""
			if c.policy != "" {
				policy = string(document(c.policy))
			}
			if got := class(policy, c.change); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestBucketSaysWhy(t *testing.T) {
	t.Parallel()
	a, b := newAccount(home), newAccount(other)
	b.inv.System.Name = "partner"
	r := a.bucket("b", string(document(
		strings.Replace(to(everybody, "s3:GetObject", ""), `{`, `{"Sid":"Site",`, 1),
		to(`{"AWS":"444455556666"}`, "s3:PutObject s3:Get*", ""),
		to(everybody, "s3:ListBucket", `{"StringEquals":{"aws:SourceVpce":"vpce-1"}}`),
	)))
	r.Bucket.Grants = append(r.Bucket.Grants, entitlement.BucketGrant{Grantee: entitlement.AuthenticatedUsers, Permission: "READ"})
	e := estate(a, b)
	got := exposure.Bucket(e, e.Account(home), r)
	want := entitlement.BucketExposure{Access: "public", Accounts: []string{other}, Because: []string{
		"statement 1 (Site) of the bucket policy grants s3:GetObject to everybody",
		"statement 2 of the bucket policy grants s3:PutObject, s3:Get* to account 444455556666 (partner)",
		"statement 3 of the bucket policy grants s3:ListBucket to everybody, but the condition on aws:sourcevpce stands before",
		"the access control list grants READ to every user of any AWS account",
	}}
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		t.Error(diff)
	}
	r.Bucket.RestrictPublicBuckets, r.Bucket.Grants = entitlement.Yes, nil
	want = entitlement.BucketExposure{Access: "restricted", Because: []string{
		"statement 1 (Site) of the bucket policy grants s3:GetObject to everybody, but Block Public Access (RestrictPublicBuckets) stands before",
		"statement 2 of the bucket policy grants s3:PutObject, s3:Get* to account 444455556666 (partner), but Block Public Access (RestrictPublicBuckets) stands before, since the policy is public",
		"statement 3 of the bucket policy grants s3:ListBucket to everybody, but the condition on aws:sourcevpce stands before",
	}}
	if diff := cmp.Diff(want, exposure.Bucket(e, e.Account(home), r), cmpopts.EquateEmpty()); diff != "" {
		t.Error(diff)
	}
}

// TestBucketPublished reads policies that somebody else published, as the
// policies of buckets of the account whose number most of them name and of an
// account that none names.
func TestBucketPublished(t *testing.T) {
	t.Parallel()
	path := testkit.SharedData(t, "entitlements", "aws", "aws-iam-policy", "valid_bucket_policies.json")
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var policies []json.RawMessage
	if err := json.Unmarshal(text, &policies); err != nil {
		t.Fatal(err)
	}
	cross := "cross_account " + home
	want := [][2]string{
		0: {"private", "private"},                                                       // A Deny without a principal.
		1: {"private", "private"}, 2: {"private", "private"}, 3: {"private", "private"}, // Deny alone.
		4: {"cross_account 444455556666", "cross_account 111122223333 444455556666"},
		5: {"private", cross}, 6: {"private", cross}, 7: {"private", cross}, 8: {"private", cross}, 9: {"private", cross},
		10: {"private", "private"},       // A service.
		11: {"restricted", "restricted"}, // An organisation.
		12: {"private", "private"},       // Deny alone.
		13: {"restricted", "restricted"}, // Addresses.
		14: {"private", "private"},       // Deny alone.
		15: {"public", "public"},         // A referer is what the caller says.
		16: {"private", cross},
		17: {"cross_account elb-account-id", "cross_account elb-account-id"},                                           // A placeholder in the document.
		18: {"private", "private"}, 19: {"private", "private"}, 20: {"private", "private"}, 21: {"private", "private"}, // Services.
		22: {"private", cross},
		23: {"private", "private"},                         // Deny alone.
		24: {"public", "public"}, 25: {"public", "public"}, // But for taxdocuments/ without MFA.
	}
	if len(policies) != len(want) {
		t.Fatalf("%d policies, want %d", len(policies), len(want))
	}
	name := regexp.MustCompile(`arn:aws:s3:::?([\w-]+)`)
	for i, policy := range policies {
		bucket := "b"
		if m := name.FindAllSubmatch(policy, -1); m != nil {
			bucket = string(m[len(m)-1][1])
		}
		for j, number := range []string{home, third} {
			a := newAccount(number)
			r := a.bucket(bucket, string(policy))
			e := estate(a)
			x := exposure.Bucket(e, e.Account(entitlement.SystemID(number)), r)
			if got := words(x); got != want[i][j] {
				t.Errorf("policy %d of a bucket of %s: got %q, want %q: %s", i, number, got, want[i][j], strings.Join(x.Because, "; "))
			}
		}
	}
}
