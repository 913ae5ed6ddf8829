package aws_test

import (
	"fmt"
	"slices"
	"strings"

	"pgregory.net/rapid"

	"github.com/leastward/leastward/internal/entitlement"
)

// The third account is not given, or its resources alone are.
const (
	third    = "777788889999"
	far      = "arn:aws:iam::" + other + ":role/far"
	linked   = "arn:aws:iam::" + account + ":role/aws-service-role/x.amazonaws.com/AWSServiceRoleForX"
	eve      = "arn:aws:iam::" + third + ":user/eve"
	visitor  = "arn:aws:iam::" + third + ":role/x/visitor"
	provider = "accounts.google.com"
	jobs     = "arn:aws:sqs:eu-west-1:" + account + ":jobs"
	farJobs  = "arn:aws:sqs:eu-west-1:" + other + ":jobs"
	thirdKey = "arn:aws:kms:eu-west-1:" + third + ":key/3"
)

// drawer draws the inventories of an estate.
type drawer struct {
	t *rapid.T
	n int
}

func (d *drawer) one(label string, from ...string) string {
	return rapid.SampledFrom(from).Draw(d.t, label)
}

func (d *drawer) chance(label string, percent int) bool {
	return rapid.IntRange(1, 100).Draw(d.t, label) > 100-percent
}

// estate draws two accounts, or three.
func (d *drawer) estate() []*entitlement.Inventory {
	first, second := d.account(account), d.account(other)
	d.identity(first, entitlement.Identity{ID: alice, Kind: entitlement.User, UniqueID: "AIDAALICE"})
	d.identity(first, entitlement.Identity{ID: app, Kind: entitlement.Role, UniqueID: "AROAAPP"})
	d.identity(first, entitlement.Identity{ID: linked, Kind: entitlement.Role, UniqueID: "AROALINKED", ServiceManaged: true})
	d.identity(second, entitlement.Identity{ID: bob, Kind: entitlement.User})
	d.identity(second, entitlement.Identity{ID: far, Kind: entitlement.Role})
	d.resources(first, bucket, jobs, key)
	d.resources(second, "arn:aws:s3:::z", farKey)
	out := []*entitlement.Inventory{first, second}
	if d.chance("third", 50) {
		bare := inventoryOf(third, nil)
		d.resources(bare, "arn:aws:s3:::c", thirdKey)
		out = append(out, bare)
	}
	return out
}

func (d *drawer) account(id entitlement.SystemID) *entitlement.Inventory {
	inv := inventoryOf(id, nil)
	if d.chance("organization", 50) {
		inv.Organization = &entitlement.Organization{ID: "o-1", Path: "o-1/r/ou/"}
	}
	full := put(inv, "full", allow("*", "*"))
	for range rapid.IntRange(0, 2).Draw(d.t, "levels") {
		level := d.policies(inv, "scp", 1, d.statement)
		if d.chance("full", 70) {
			level = append(level, full)
		}
		inv.Controls = append(inv.Controls, level)
	}
	for range rapid.IntRange(0, 1).Draw(d.t, "share levels") {
		inv.ResourceControls = append(inv.ResourceControls, d.policies(inv, "rcp", 1, func() string { return d.guest("Deny", "*") }))
	}
	return inv
}

func (d *drawer) identity(inv *entitlement.Inventory, id entitlement.Identity) {
	id.Policies = d.policies(inv, "own", rapid.IntRange(0, 2).Draw(d.t, "policies"), d.statement)
	if d.chance("boundary", 25) {
		id.Boundary = d.policies(inv, "boundary", 1, d.statement)[0]
	}
	if d.chance("tags", 50) {
		id.Tags = map[string]string{"Team": d.one("team", "blue", "red")}
	}
	if id.Kind == entitlement.User && d.chance("group", 40) {
		g := entitlement.Identity{ID: entitlement.IdentityID(strings.Replace(string(id.ID), ":user/", ":group/", 1)), Kind: entitlement.Group, Policies: d.policies(inv, "group", 1, d.statement)}
		inv.Identities = append(inv.Identities, g)
		id.Groups = []entitlement.IdentityID{g.ID}
	}
	if id.Kind == entitlement.Role && d.chance("trust", 85) {
		id.Trust = d.document(func() string { return d.guest("", "") })
	}
	inv.Identities = append(inv.Identities, id)
}

// policies adds policies to an inventory, now and then one without document.
func (d *drawer) policies(inv *entitlement.Inventory, name string, n int, statement func() string) (ids []entitlement.PolicyID) {
	for range n {
		d.n++
		id := entitlement.PolicyID(fmt.Sprintf("%s%d", name, d.n))
		if !d.chance("missing", 3) {
			inv.Policies[id] = entitlement.Policy{ID: id, Document: d.document(statement)}
		}
		ids = append(ids, id)
	}
	return ids
}

func (d *drawer) document(statement func() string) []byte {
	var all []string
	for range rapid.IntRange(1, 3).Draw(d.t, "statements") {
		all = append(all, statement())
	}
	version := "2012-10-17"
	if d.chance("old", 5) {
		version = "2008-10-17"
	}
	return fmt.Appendf(nil, `{"Version":%q,"Statement":[%s]}`, version, strings.Join(all, ","))
}

func (d *drawer) resources(inv *entitlement.Inventory, ids ...string) {
	for _, id := range ids {
		r := entitlement.Resource{ID: entitlement.ResourceID(id)}
		if d.chance("tags", 30) {
			r.Tags = map[string]string{"Team": d.one("team", "blue", "red")}
		}
		switch what := d.one("policy", "some", "some", "some", "some", "none", "unknown"); what {
		case "some":
			r.Policy = d.document(func() string { return d.guest("", "*") })
		case "unknown":
			r.PolicyUnknown = d.chance("unreadable", 30)
		}
		inv.Resources = append(inv.Resources, r)
	}
}

func (d *drawer) actions() string {
	if d.chance("every action", 40) {
		return "*"
	}
	return d.one("actions", "*", "*", "s3:*", "s3:Get*", "s3:*BucketPolicy", "kms:*", "kms:Decrypt", "sqs:*", "sts:*", "sts:AssumeRole*", "STS:tagsession sts:AssumeRole",
		"!s3:GetObject", "!iam:* sts:*", "nowhere:Do*", "!nowhere:*", "iam:*")
}

func (d *drawer) targets() string {
	if d.chance("every resource", 40) {
		return "*"
	}
	return d.one("resources", "*", "*", "arn:aws:s3:::*", "arn:aws:s3:::a/*", "arn:aws:s3:::?/b", "arn:aws:kms:*:"+account+":*", "arn:aws:sqs:*", "arn:aws:iam::*:role/*",
		app, "!arn:aws:s3:::*", "!arn:aws:iam::"+account+":role/team/*", "!arn:aws:s3:::a/*", "arn:aws:s3:::a/${aws:PrincipalTag/team}*", "arn:aws:s3:::${aws:PrincipalTag/team,'a'}/*",
		"!arn:aws:s3:::a/${aws:PrincipalTag/team}", "arn:aws:kms:*:${aws:PrincipalAccount}:*", "arn:aws:s3:::${*}/b", "arn:aws:s3:::a/${aws:username}")
}

func (d *drawer) condition() string {
	if d.chance("unconditional", 55) {
		return ""
	}
	return d.one("condition", slices.Concat(conditionsOfCaller(), conditionsOfRequest())...)
}

func (d *drawer) effect() string { return d.one("effect", "Allow", "Allow", "Allow", "Deny") }

func (d *drawer) statement() string {
	return statement(d.effect(), d.actions(), d.targets(), d.condition())
}

// guest draws a statement with principals; with resources unless it is of a
// trust policy.
func (d *drawer) guest(effect, targets string) string {
	if effect == "" {
		effect = d.effect()
	}
	if targets != "" {
		targets = d.targets()
	}
	who := d.one("principal", principals()...)
	if d.chance("not", 25) {
		who = "!" + who
	}
	s := shareOf(effect, who, d.actions(), targets)
	if c := d.condition(); c != "" {
		s = s[:len(s)-1] + `,"Condition":` + c + "}"
	}
	return s
}

// shareOf is share whose lists without resources may be negated too.
func shareOf(effect, principal, actions, resources string) string {
	if resources != "" {
		return share(effect, principal, actions, resources)
	}
	return strings.Replace(share(effect, principal, actions, "*"), `,"Resource":["*"]`, "", 1)
}

func principals() []string {
	return []string{
		`"*"`, `{"AWS":"*"}`, byAlice, byApp, bySession, byAccount, byBob, byOther, `{"AWS":"` + account + `"}`, `{"AWS":"AIDAALICE"}`, `{"AWS":["AROAAPP","` + eve + `"]}`,
		`{"AWS":["` + far + `","` + root + `"]}`, `{"AWS":["` + visitor + `","` + linked + `"]}`, `{"AWS":"` + third + `"}`, `{"AWS":"arn:aws:sts::` + third + `:assumed-role/visitor/build-7"}`,
		`{"AWS":"arn:aws:sts::` + other + `:assumed-role/far/build-7"}`,
		`{"Service":["ec2.amazonaws.com","s3.amazonaws.com"]}`, `{"Service":"lambda.amazonaws.com","AWS":"` + string(alice) + `"}`, `{"Federated":"` + provider + `"}`,
		`{"AWS":["` + string(alice) + `","` + app + `","` + root + `"]}`,
	}
}

func conditionsOfCaller() []string {
	return []string{
		`{"StringEquals":{"aws:PrincipalTag/team":"blue"}}`,
		`{"StringNotEquals":{"aws:PrincipalTag/Team":"${aws:ResourceTag/team}"}}`,
		`{"Null":{"aws:PrincipalTag/team":"true"}}`,
		`{"StringEquals":{"aws:PrincipalOrgID":"o-1"}}`,
		`{"StringNotEqualsIfExists":{"aws:PrincipalOrgID":"o-1"},"BoolIfExists":{"aws:PrincipalIsAWSService":"false"}}`,
		`{"Bool":{"aws:PrincipalIsAWSService":"false"}}`,
		`{"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::*:role/*"}}`,
		`{"ArnNotEquals":{"aws:PrincipalArn":["` + app + `","` + visitor + `"]}}`,
		`{"StringEquals":{"aws:PrincipalAccount":"` + account + `"}}`,
		`{"StringNotEquals":{"aws:PrincipalAccount":["` + account + `","anonymous"]}}`,
		`{"StringEquals":{"aws:PrincipalType":["AssumedRole","Anonymous"]}}`,
		`{"StringLike":{"aws:username":"ali*"}}`,
		`{"StringLike":{"aws:userid":"AIDA*"}}`,
		`{"StringEquals":{"aws:userid":["AROAAPP:build-7","anonymous"]}}`,
		`{"StringEquals":{"kms:CallerAccount":"` + account + `"}}`,
		`{"ForAnyValue:StringLike":{"aws:PrincipalOrgPaths":"o-1/*"}}`,
	}
}

func conditionsOfRequest() []string {
	return []string{
		mfa,
		`{"BoolIfExists":{"aws:MultiFactorAuthPresent":"false"}}`,
		`{"Null":{"aws:TokenIssueTime":"true"}}`,
		`{"DateLessThan":{"aws:TokenIssueTime":"2025-01-01T00:00:00Z"}}`,
		`{"StringEquals":{"aws:SourceAccount":"` + account + `"}}`,
		`{"StringEquals":{"sts:ExternalId":"x1"}}`,
		`{"StringEquals":{"aws:ResourceAccount":"${aws:PrincipalAccount}"}}`,
		`{"StringNotEquals":{"aws:ResourceOrgID":"${aws:PrincipalOrgID}"}}`,
		`{"StringEquals":{"aws:ResourceTag/team":"${aws:PrincipalTag/team, 'red'}"}}`,
		`{"StringNotEquals":{"aws:RequestedRegion":["eu-west-1"]}}`,
		`{"Bool":{"aws:SecureTransport":"false"}}`,
		`{"ForAllValues:StringEquals":{"aws:TagKeys":["a","b"]}}`,
		`{"ForAnyValue:StringEquals":{"aws:TagKeys":"c"}}`,
	}
}

// question is who asks for what.
type question struct {
	who, action, target string
	told                map[string][]string
	narrowed            []string
}

func (d *drawer) question() question {
	q := question{who: d.one("who", string(alice), string(alice), app, app, session, "arn:aws:sts::"+account+":assumed-role/app/sky", linked,
		"arn:aws:sts::"+account+":assumed-role/AWSServiceRoleForX/x", root, bob, bob, far, "arn:aws:sts::"+other+":assumed-role/far/build-7", "arn:aws:iam::"+other+":root",
		eve, visitor, strings.Replace(linked, account, third, 1), "arn:aws:sts::"+third+":assumed-role/visitor/build-7", "arn:aws:iam::"+third+":root", "ec2.amazonaws.com", provider, "*")}
	what := rapid.SampledFrom([][2]string{
		{getObject, object},
		{getObject, object},
		{getObject, "arn:aws:s3:::a/alice"},
		{getObject, "arn:aws:s3:::z/b"},
		{getObject, "arn:aws:s3:::free/b"},
		{getObject, "arn:aws:s3:::c/b"},
		{"s3:PutBucketPolicy", bucket},
		{"s3:ListAllMyBuckets", "*"},
		{decrypt, key},
		{decrypt, key},
		{decrypt, farKey},
		{decrypt, thirdKey},
		{"sqs:SendMessage", jobs},
		{"sqs:SendMessage", farJobs},
		{assumeRole, app},
		{assumeRole, app},
		{assumeRole, far},
		{assumeRole, linked},
		{assumeRole, visitor},
		{"sts:AssumeRoleWithWebIdentity", app},
		{"sts:TagSession", app},
		{"iam:GetRole", app},
		{"nowhere:DoThis", "*"},
	}).Draw(d.t, "what")
	q.action, q.target = what[0], what[1]
	all := unknown()
	q.told = map[string][]string{}
	for _, k := range []string{"aws:multifactorauthpresent", "aws:requestedregion", "sts:externalid", "aws:tagkeys", "aws:principaltag/team", "aws:tokenissuetime"} {
		if d.chance("told "+k, 20) {
			q.told[k] = rapid.SampledFrom(all[k]).Draw(d.t, k)
		}
	}
	if strings.Contains(q.who, "role/") && d.chance("session policy", 20) {
		for range rapid.IntRange(1, 2).Draw(d.t, "session policies") {
			q.narrowed = append(q.narrowed, string(d.document(d.statement)))
		}
	}
	return q
}
