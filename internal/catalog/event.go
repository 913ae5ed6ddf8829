package catalog

import (
	"regexp"
	"slices"
	"strings"

	"github.com/leastward/leastward/internal/entitlement"
)

// Mapping tells how a call relates to permissions.
type Mapping uint8

// The mappings, in the order of those of package auditlog.
const (
	// Unmapped: a genuine call whose permission is not known.
	Unmapped Mapping = iota
	// Mapped: the call exercises at least one known permission.
	Mapped
	// NotPermissionBearing: nothing that a policy could grant or deny: a
	// sign-in, an event of the service itself, a call open to everyone.
	NotPermissionBearing
)

func (m Mapping) String() string {
	return [...]string{"unmapped", "mapped", "not_permission_bearing"}[m]
}

// Call is what identifies a recorded call.
type Call struct {
	// Source is the event source of AWS ("s3.amazonaws.com") or the serviceName of
	// Google Cloud ("storage.googleapis.com"); Azure needs none.
	Source string
	// Name is the event name ("ListBuckets"), the operationName of Azure in any
	// case or the methodName of Google Cloud.
	Name      string
	EventType string // "AwsApiCall"; empty is taken for one. AWS alone.
	// PassesRole is set where the request names a role for a service to act
	// with. It counts only for calls that can pass one: a role that a call
	// reads, changes, assumes or grants access to is not passed.
	PassesRole bool
}

// maxMapped bounds the cache of calls: an account sees a few hundred kinds.
const maxMapped = 16384

// mappedCall is the answer for one Call.
type mappedCall struct {
	actions []int
	mapping Mapping
}

// Permissions returns the indices of the actions that a recorded call
// exercises, the call's own first. Only permissions that the call always needs
// are named: those that depend on its parameters are left out, save for
// iam:PassRole (see [Call]). The slice is shared: do not change it.
func (c *Catalog) Permissions(call Call) ([]int, Mapping) {
	if m, ok := c.mapped.get(call); ok {
		return m.actions, m.mapping
	}
	m := c.permissions(call)
	if len(call.Source)+len(call.Name)+len(call.EventType) <= 3*maxName {
		c.mapped.put(Call{
			Source: strings.Clone(call.Source), Name: strings.Clone(call.Name),
			EventType: strings.Clone(call.EventType), PassesRole: call.PassesRole,
		}, m)
	}
	return m.actions, m.mapping
}

func (c *Catalog) permissions(call Call) mappedCall {
	switch c.cloud {
	case entitlement.Azure:
		return c.azurePermissions(call.Name)
	case entitlement.GCP:
		return c.gcpPermissions(call.Source, call.Name)
	case entitlement.AWS, entitlement.Platform:
	}
	return c.awsPermissions(call)
}

func (c *Catalog) awsPermissions(call Call) mappedCall {
	if !isCall(call.EventType) {
		return mappedCall{mapping: NotPermissionBearing}
	}
	m := c.lookUp(source(call.Source), baseName(call.Name))
	if call.PassesRole && m.mapping == Mapped && passesRoles(&c.infos[m.actions[0]]) {
		if i, ok := c.Index("iam:PassRole"); ok && !slices.Contains(m.actions, i) {
			m.actions = append(slices.Clone(m.actions), i)
		}
	}
	return m
}

// passesRoles reports whether calls of an action pass the roles that they name.
// Reads do not, nor do calls of services to which a role is a principal or the
// thing itself:
// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html.
func passesRoles(info *Info) bool {
	if !info.Type.Changes() || info.Type == Tagging {
		return false
	}
	switch info.Service {
	case "iam", "sts", "kms", "sso", "ram", "organizations", "access-analyzer", "identitystore", "codeartifact":
		return false
	}
	switch info.Action {
	case "eks:CreateAccessEntry", "eks:UpdateAccessEntry", "eks:DeleteAccessEntry", "eks:AssociateAccessPolicy",
		"eks:DisassociateAccessPolicy", "ec2:AssociateEnclaveCertificateIamRole", "ec2:DisassociateEnclaveCertificateIamRole",
		"lakeformation:GrantPermissions", "lakeformation:RevokePermissions", "lakeformation:BatchGrantPermissions",
		"lakeformation:BatchRevokePermissions", "lambda:AddPermission", "sns:AddPermission", "sqs:AddPermission":
		return false
	}
	return true
}

// lookUp tries the table of exceptions, then the rule that a call needs the
// permission of its own name, under its source's own prefix and under the
// prefix that policies use for that source.
func (c *Catalog) lookUp(source, name string) mappedCall {
	prefixes := []string{source}
	if p, ok := c.calls.prefixes[source]; ok {
		prefixes = []string{p, source}
	}
	for _, p := range prefixes {
		if m, ok := c.calls.calls[p+":"+strings.ToLower(name)]; ok {
			return m
		}
	}
	for _, p := range prefixes {
		if i, ok := c.index[p+":"+strings.ToLower(name)]; ok {
			return mappedCall{actions: []int{int(i)}, mapping: Mapped}
		}
	}
	return mappedCall{}
}

// isCall reports whether an event type is that of a call. The others are events
// that AWS itself caused, sign-ins, insights, and what an endpoint saw of a
// call (which proves no permission and is recorded as a call besides):
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html.
func isCall(eventType string) bool {
	return eventType == "" || eventType == "AwsApiCall" || eventType == "AwsConsoleAction"
}

// source turns an event source into its service prefix: "s3.amazonaws.com" is "s3".
func source(s string) string {
	s = strings.ToLower(strings.TrimSpace(s))
	s = strings.TrimSuffix(s, ".cn")
	return strings.TrimSuffix(s, ".amazonaws.com")
}

var versionSuffix = regexp.MustCompile(`20\d\d_?\d\d_?\d\d(v\d+)?$`)

// baseName strips the date of an API version, with its revision, from the name
// of a call: Lambda records CreateFunction20150331v2, CloudFront
// CreateDistribution2020_05_31. Other trailing digits belong to the name.
func baseName(name string) string {
	if len(name) < len("20150331") || !strings.Contains(name, "20") {
		return name
	}
	return versionSuffix.ReplaceAllString(name, "")
}
