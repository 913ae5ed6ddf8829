package aws

import (
	"slices"
	"strings"

	"github.com/leastward/leastward/internal/collect/records/jsonscan"
	"github.com/leastward/leastward/internal/entitlement"
)

// arnParts are those of arn:partition:service:region:account:resource.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
type arnParts struct {
	partition, service, region, account, resource string
}

func splitARN(arn string) (arnParts, bool) {
	f := strings.SplitN(arn, ":", 6)
	if len(f) < 6 || f[0] != "arn" || f[1] == "" || f[2] == "" || f[5] == "" {
		return arnParts{}, false
	}
	return arnParts{f[1], f[2], f[3], f[4], f[5]}, true
}

// resourceType names the service and type of a resource as AWS's reference
// does: "s3:bucket", "kms:key". Where the ARN has no type, as those of buckets,
// queues and topics, the service has one type alone.
func (a *arnParts) resourceType() string {
	switch a.service {
	case "s3":
		if a.region == "" {
			return "s3:bucket"
		}
	case "sqs":
		return "sqs:queue"
	case "sns":
		return "sns:topic"
	}
	kind := strings.TrimPrefix(a.resource, "/")
	if i := strings.IndexAny(kind, "/:"); i > 0 {
		kind = kind[:i]
	}
	return a.service + ":" + kind
}

// resourceName returns what stands behind the type.
func (a *arnParts) resourceName() string {
	if a.service == "s3" && a.region == "" {
		return a.resource
	}
	r := strings.TrimPrefix(a.resource, "/")
	if i := strings.IndexAny(r, "/:"); i > 0 && i+1 < len(r) {
		return r[i+1:]
	}
	return r
}

// holder returns the ARN of what has a policy: an object's bucket, or the
// resource itself.
func holder(arn string) string {
	if a, ok := splitARN(arn); ok && a.service == "s3" && a.region == "" {
		bucket, _, _ := strings.Cut(a.resource, "/")
		return "arn:" + a.partition + ":s3:::" + bucket
	}
	return arn
}

// subject returns the one resource that all statements of a policy are about,
// a bucket and its objects being one, or "" and why there is none.
func subject(policy []byte) (arn, why string) {
	var found []string
	object(policy, func(key, v []byte) {
		if string(key) != "Statement" {
			return
		}
		if len(v) > 0 && v[0] == '{' {
			found = append(found, statementSubjects(v)...)
		}
		jsonscan.Elements(v, func(s []byte) { found = append(found, statementSubjects(s)...) })
	})
	slices.Sort(found)
	found = slices.Compact(found)
	switch {
	case len(found) == 0:
		return "", "no statement names a resource"
	case len(found) > 1:
		return "", "its statements name " + orNone(found[0]) + " and " + orNone(found[1])
	}
	a, ok := splitARN(found[0])
	if !ok || strings.ContainsAny(a.resource, "*?$") || strings.ContainsAny(a.account, "*?$") {
		return "", "its statements name " + orNone(found[0])
	}
	return found[0], ""
}

func orNone(arn string) string {
	if arn == "" {
		return "no resource"
	}
	return arn
}

// statementSubjects returns what a statement is about; "" where it does not
// name it.
func statementSubjects(statement []byte) []string {
	value := memberOf(statement, "Resource")
	var found []string
	if arn := stringOf(value); arn != "" {
		found = append(found, holder(arn))
	}
	jsonscan.Elements(value, func(v []byte) { found = append(found, holder(stringOf(v))) })
	if len(found) == 0 {
		found = append(found, "")
	}
	return found
}

// permissionSetOf returns the name of the permission set of IAM Identity Center
// that made the role, "" for other roles. Identity Center names its roles
// AWSReservedSSO_<set>_<16 hexadecimal digits>, under a path of its own:
// https://docs.aws.amazon.com/singlesignon/latest/userguide/referencingpermissionsets.html
func permissionSetOf(role string) string {
	_, path, ok := strings.Cut(role, ":role/aws-reserved/sso.amazonaws.com/")
	if !ok {
		return ""
	}
	name, ok := strings.CutPrefix(nameOf(path), "AWSReservedSSO_")
	if i := strings.LastIndexByte(name, '_'); ok && i > 0 && len(name)-i == 17 && allHex(name[i+1:]) {
		return name[:i]
	}
	return ""
}

func allHex(s string) bool {
	for i := range len(s) {
		if !jsonscan.IsHex(s[i]) {
			return false
		}
	}
	return true
}

// resourceOf makes a resource from its ARN.
func resourceOf(arn string, a *arnParts) entitlement.Resource {
	return entitlement.Resource{ID: entitlement.ResourceID(arn), Type: a.resourceType(), Name: a.resourceName()}
}
