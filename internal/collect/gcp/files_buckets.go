package gcp

import (
	"cmp"
	"strings"

	"github.com/leastward/leastward/internal/collect/records"
	"github.com/leastward/leastward/internal/entitlement"
)

const bucketType = "storage.googleapis.com/Bucket"

// bucket takes a bucket, as the API has it or as `gcloud storage buckets list`
// writes it, and whose project the latter does not tell.
// https://cloud.google.com/storage/docs/json_api/v1/buckets
func (b *builder) bucket(src *source, o object, _ *around) {
	name := cmp.Or(o.text(fullNameKey), fullName(o.text("storageUrl"), ""), fullName(o.text("name"), bucketType))
	if name == "" {
		b.reject(src, records.MissingField, "name is missing; export the bucket again")
		return
	}
	if number := o.text("projectNumber"); number != "" && b.homes[name] == "" {
		b.homes[name] = "projects/" + number
	}
	r := b.keep(src, name, bucketType, o)
	r.Name = lastOf(name)
	r.Bucket = &entitlement.Bucket{Encryption: entitlement.EncryptionProvider}
	if key := cmp.Or(o.object("encryption").text("defaultKmsKeyName"), o.text("defaultKmsKey")); key != "" {
		r.Bucket.Encryption, r.Bucket.KeyID = entitlement.EncryptionCustomer, key
	}
	public(r.Bucket, o)
	lists(r.Bucket, o)
	b.present(name)
}

// public tells whether anything may be public. Where prevention is inherited, an
// organization policy may still enforce it.
// https://cloud.google.com/storage/docs/public-access-prevention
func public(k *entitlement.Bucket, o object) {
	switch strings.ToLower(cmp.Or(o.object("iamConfiguration").text("publicAccessPrevention"), o.text("publicAccessPrevention"))) {
	case "enforced":
		k.PublicAllowed = entitlement.No
	case "inherited", "unspecified":
		k.PublicAllowed = entitlement.Yes
	}
}

// lists reads access control lists, which are off with uniform bucket-level
// access.
// https://cloud.google.com/storage/docs/uniform-bucket-level-access
func lists(k *entitlement.Bucket, o object) {
	uniform := o.object("iamConfiguration").object("uniformBucketLevelAccess").flag("enabled")
	if uniform == entitlement.Unknown {
		uniform = o.object("iamConfiguration").object("bucketPolicyOnly").flag("enabled")
	}
	if uniform == entitlement.Unknown {
		uniform = o.flag("uniformBucketLevelAccess")
	}
	switch uniform {
	case entitlement.Yes:
		k.ObjectACLs = entitlement.No
		return
	case entitlement.No:
		k.ObjectACLs = entitlement.Yes
	case entitlement.Unknown:
	}
	k.ACLUnknown = !o.has("acl")
	for _, entry := range o.objects("acl") {
		k.Grants = append(k.Grants, entitlement.BucketGrant{Grantee: grantee(entry.text("entity")), Permission: permission(entry.text("role"))})
	}
}

func grantee(entity string) string {
	switch entity {
	case "allUsers":
		return entitlement.AllUsers
	case "allAuthenticatedUsers":
		return entitlement.AuthenticatedUsers
	}
	return entity
}

// permission writes a role of an access control list as other clouds do.
// https://cloud.google.com/storage/docs/access-control/lists#permissions
func permission(role string) string {
	switch strings.ToUpper(role) {
	case "READER":
		return "READ"
	case "WRITER":
		return "WRITE"
	case "OWNER":
		return "FULL_CONTROL"
	}
	return role
}
