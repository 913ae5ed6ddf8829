package aws

import (
	"github.com/leastward/leastward/internal/collect/records/jsonscan"
)

// detail is one user, group or role of the authorization details.
type detail struct {
	arn, name, unique string
	boundary          string
	created, lastUsed []byte
	trust             []byte
	inline            []inlinePolicy
	attached          []string
	groups            []string
	profiles          []string
	tags              map[string]string
}

type inlinePolicy struct {
	name     string
	document []byte
}

func parseDetail(value []byte) detail {
	var d detail
	jsonscan.Members(value, func(key, v []byte) {
		switch string(key) {
		case "Arn":
			d.arn = stringOf(v)
		case "UserName", "GroupName", "RoleName":
			d.name = stringOf(v)
		case "UserId", "GroupId", "RoleId":
			d.unique = stringOf(v)
		case "CreateDate":
			d.created = v
		case "RoleLastUsed":
			d.lastUsed = memberOf(v, "LastUsedDate")
		case "AssumeRolePolicyDocument":
			d.trust = documentOf(v)
		case "PermissionsBoundary":
			d.boundary = stringOf(memberOf(v, "PermissionsBoundaryArn"))
		case "Tags":
			d.tags = tagsOf(v)
		default:
			d.list(string(key), v)
		}
	})
	if d.name == "" {
		d.name = nameOf(d.arn)
	}
	return d
}

func (d *detail) list(key string, value []byte) {
	switch key {
	case "UserPolicyList", "GroupPolicyList", "RolePolicyList":
		jsonscan.Elements(value, func(p []byte) {
			d.inline = append(d.inline, inlinePolicy{
				name: stringOf(memberOf(p, "PolicyName")), document: documentOf(memberOf(p, "PolicyDocument")),
			})
		})
	case "AttachedManagedPolicies":
		jsonscan.Elements(value, func(p []byte) {
			if arn := stringOf(memberOf(p, "PolicyArn")); arn != "" {
				d.attached = append(d.attached, arn)
			}
		})
	case "GroupList":
		jsonscan.Elements(value, func(g []byte) { d.groups = append(d.groups, stringOf(g)) })
	case "InstanceProfileList":
		jsonscan.Elements(value, func(p []byte) { d.profiles = append(d.profiles, stringOf(memberOf(p, "Arn"))) })
	}
}

// managedPolicy is one policy with the document of its default version.
type managedPolicy struct {
	arn, name, version string
	document           []byte
}

func parseManaged(value []byte) managedPolicy {
	var p managedPolicy
	var versions []byte
	jsonscan.Members(value, func(key, v []byte) {
		switch string(key) {
		case "Arn":
			p.arn = stringOf(v)
		case "PolicyName":
			p.name = stringOf(v)
		case "DefaultVersionId":
			p.version = stringOf(v)
		case "PolicyVersionList":
			versions = v
		}
	})
	jsonscan.Elements(versions, func(v []byte) {
		byID := p.version != "" && stringOf(memberOf(v, "VersionId")) == p.version
		if byID || p.version == "" && string(memberOf(v, "IsDefaultVersion")) == "true" {
			p.document = documentOf(memberOf(v, "Document"))
		}
	})
	if p.name == "" {
		p.name = nameOf(p.arn)
	}
	return p
}
