package aws

import (
	"strings"

	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/policy/aws/condition"
)

// Lookup answers what a context key holds: what the request says, else what
// follows from the caller and the resource. See
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html.
func (q *query) Lookup(k *condition.Key) condition.Value {
	if q.request.Context != nil {
		if v, ok := q.request.Context.values[k.Name]; ok {
			return many(v)
		}
	}
	if v := q.ofCaller(k); v.State != condition.Unknown {
		return v
	}
	return q.ofResource(k)
}

func many(v []string) condition.Value {
	switch len(v) {
	case 0:
		return condition.Value{State: condition.Absent}
	case 1:
		return condition.Value{State: condition.Present, One: v[0]}
	}
	return condition.Value{State: condition.Present, Many: v}
}

// one is a value that is there; "" is not known.
func one(v string) condition.Value {
	if v == "" {
		return condition.Value{}
	}
	return condition.Value{State: condition.Present, One: v}
}

func absentValue() condition.Value { return condition.Value{State: condition.Absent} }

// ofCaller answers the keys of the principal.
func (q *query) ofCaller(k *condition.Key) condition.Value {
	c := &q.caller
	switch c.kind {
	case serviceCaller, anyoneCaller:
		return c.ofNobody(k)
	case userCaller, sessionCaller, rootCaller:
	}
	switch k.Kind { //nolint:exhaustive // The others are answered elsewhere or not at all.
	case condition.PrincipalArn:
		return one(c.principalARN())
	case condition.PrincipalAccount:
		return one(string(c.system))
	case condition.PrincipalType:
		return one([...]string{userCaller: "User", sessionCaller: "AssumedRole", rootCaller: "Account"}[c.kind])
	case condition.PrincipalIsAWSService:
		return one("false")
	case condition.PrincipalServiceName, condition.PrincipalServiceNamesList:
		return absentValue()
	case condition.PrincipalTag:
		return c.tag(k.Tag)
	case condition.Username:
		return c.username()
	case condition.UserID:
		return c.userID()
	case condition.PrincipalOrgID, condition.PrincipalOrgPaths:
		return organizationKey(c.account, k.Kind == condition.PrincipalOrgPaths)
	case condition.Other:
		if k.Name == "kms:calleraccount" {
			return one(string(c.system))
		}
	case condition.TokenIssueTime:
		if c.kind == sessionCaller {
			return condition.Value{State: condition.Hidden}
		}
	}
	return condition.Value{}
}

// ofNobody answers the keys of callers without policies of their own.
func (c *caller) ofNobody(k *condition.Key) condition.Value {
	switch k.Kind { //nolint:exhaustive // The others are answered elsewhere or not at all.
	case condition.PrincipalArn, condition.PrincipalOrgID, condition.PrincipalOrgPaths, condition.PrincipalTag, condition.Username:
		return absentValue()
	}
	switch {
	case c.kind == anyoneCaller:
		return ofAnyone(k)
	case k.Kind == condition.PrincipalAccount:
		return condition.Value{State: condition.Hidden}
	case c.isService():
		return c.ofService(k)
	case k.Kind == condition.PrincipalServiceName, k.Kind == condition.PrincipalServiceNamesList:
		return absentValue()
	}
	return condition.Value{}
}

// isService tells a service from an identity provider. Amazon Cognito is one
// with the name of a service.
func (c *caller) isService() bool {
	return strings.HasSuffix(c.arn, ".amazonaws.com") && c.arn != "cognito-identity.amazonaws.com"
}

func (c *caller) ofService(k *condition.Key) condition.Value {
	switch k.Kind { //nolint:exhaustive // The others are answered elsewhere or not at all.
	case condition.PrincipalIsAWSService:
		return one("true")
	case condition.PrincipalServiceName:
		return one(c.arn)
	}
	return condition.Value{}
}

// ofAnyone answers the keys of unsigned requests; see the table of principals in
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html.
func ofAnyone(k *condition.Key) condition.Value {
	switch k.Kind { //nolint:exhaustive // The others are answered elsewhere or not at all.
	case condition.PrincipalAccount, condition.UserID:
		return one("anonymous")
	case condition.PrincipalType:
		return one("Anonymous")
	case condition.PrincipalIsAWSService, condition.PrincipalServiceName, condition.PrincipalServiceNamesList:
		return absentValue()
	}
	return condition.Value{}
}

// principalARN is that of the role for a session.
func (c *caller) principalARN() string {
	if c.kind == sessionCaller && c.subject == nil && c.session != "" {
		return "" // The role's path is not known.
	}
	return c.arn
}

// tag answers for a tag of the principal. The tags of a session come on top of
// those of its role, if the role's trust policy lets them in, and stand for
// those of the same name: see
// https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html.
func (c *caller) tag(name string) condition.Value {
	switch {
	case c.kind == rootCaller:
		return absentValue()
	case c.subject == nil:
		return condition.Value{}
	}
	v := tagOf(c.subject.Tags, name)
	switch {
	case c.kind != sessionCaller || !c.subject.taggable:
		return v
	case v.State == condition.Present:
		return condition.Value{State: condition.Hidden}
	}
	return condition.Value{}
}

func (c *caller) username() condition.Value {
	if c.kind == userCaller {
		return one(c.arn[strings.LastIndexByte(c.arn, '/')+1:])
	}
	return absentValue()
}

// userID is known of users, and of sessions whose name is known; see
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html.
func (c *caller) userID() condition.Value {
	if c.kind == userCaller && c.subject != nil && c.subject.UniqueID != "" {
		return one(c.subject.UniqueID)
	}
	if c.kind == rootCaller {
		return one(string(c.system))
	}
	if c.session != "" && c.subject != nil && c.subject.UniqueID != "" {
		return one(c.subject.UniqueID + ":" + c.session[strings.LastIndexByte(c.session, '/')+1:])
	}
	return condition.Value{State: condition.Hidden}
}

// organizationKey answers for the organisation of an account. Where the
// documents say nothing of it, it is not known whether there is one.
func organizationKey(a *Account, path bool) condition.Value {
	if a == nil || a.inv.Organization == nil {
		return condition.Value{}
	}
	if path {
		return one(a.inv.Organization.Path)
	}
	return one(a.inv.Organization.ID)
}

// ofResource answers the keys of the resource and of the request.
func (q *query) ofResource(k *condition.Key) condition.Value {
	switch k.Kind { //nolint:exhaustive // The others are answered elsewhere or not at all.
	case condition.ResourceAccount:
		if q.isARN && (isAccountNumber(q.parts[partAccount]) || q.guarded != nil) {
			return one(string(q.owner))
		}
	case condition.ResourceOrgID, condition.ResourceOrgPaths:
		if q.isARN && (isAccountNumber(q.parts[partAccount]) || q.guarded != nil) {
			return organizationKey(q.home, k.Kind == condition.ResourceOrgPaths)
		}
	case condition.ResourceTag:
		return q.resourceTag(k.Tag)
	}
	return condition.Value{}
}

// resourceTag answers for a tag of the resource: of users and roles, and of
// resources of which the inventory has any tags.
func (q *query) resourceTag(name string) condition.Value {
	if q.home == nil {
		return condition.Value{}
	}
	var tags map[string]string
	switch s := q.home.subjects[entitlement.IdentityID(q.resource)]; {
	case s != nil && (s.Kind == entitlement.User || s.Kind == entitlement.Role):
		tags = s.Tags
	case q.guarded != nil && q.guarded.id == q.resource && q.guarded.resource != nil && q.guarded.resource.Tags != nil:
		tags = q.guarded.resource.Tags
	default:
		return condition.Value{}
	}
	return tagOf(tags, name)
}

// tagOf looks up a tag, whose name is compared without regard to case.
func tagOf(tags map[string]string, name string) condition.Value {
	for key, v := range tags {
		if strings.EqualFold(key, name) {
			return condition.Value{State: condition.Present, One: v}
		}
	}
	return absentValue()
}
