package aws

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/leastward/leastward/internal/collect/records/jsonscan"
	"github.com/leastward/leastward/internal/entitlement"
)

// buckets reads an export of buckets, whose parts are answers of the AWS CLI. A
// part that is null is not set; one that is left out could not be read and is
// unknown.
func (r *resourceReader) buckets(p place, s *shape) {
	if s.buckets[0] != '[' {
		r.problem(p, UnsupportedShape, "is not a list")
		return
	}
	account, wrong := blockOf(s.block)
	if wrong != "" {
		r.problem(p, UnsupportedShape, "AccountPublicAccessBlock: "+wrong)
	}
	n := 0
	jsonscan.Elements(s.buckets, func(v []byte) {
		n++
		r.bucket(p.at("[%d]", n), v, s, &account)
	})
}

func (r *resourceReader) bucket(p place, v []byte, around *shape, account *publicBlock) {
	s := shapeOf(v)
	s.inherit(around)
	r.bucketOf(p, &s, v, account)
}

// bucketOf reads a bucket that was taken apart.
func (r *resourceReader) bucketOf(p place, s *shape, v []byte, account *publicBlock) {
	x := entry{arn: stringOf(s.arn), name: s.name, account: s.account, policy: s.policy, tags: s.tags}
	if x.arn == "" && s.name != "" {
		x.arn = "arn:" + partition(s.region) + ":s3:::" + s.name
	}
	if x.arn == "" {
		r.problem(p, MissingField, "Name is missing; give the name of the bucket")
		return
	}
	x.bucket = &entitlement.Bucket{}
	own, wrong := blockOf(memberOf(v, "PublicAccessBlock"))
	if wrong != "" {
		r.problem(p.of(x.arn, x.account), UnsupportedShape, "PublicAccessBlock: "+wrong)
	}
	own.or(account).set(x.bucket)
	if wrong := encryption(x.bucket, memberOf(v, "Encryption")); wrong != "" {
		r.problem(p.of(x.arn, x.account), UnsupportedShape, wrong)
	}
	x.bucket.Owner = ownerOf(v)
	if ownership(memberOf(v, "Ownership")) != "BucketOwnerEnforced" {
		if wrong := accessControl(x.bucket, memberOf(v, "Grants")); wrong != "" {
			r.problem(p.of(x.arn, x.account), UnsupportedShape, wrong)
		}
	}
	r.enter(p, &x)
}

// bucketParts reports whether an object tells of a bucket more than its policy.
func (s *shape) bucketParts() bool {
	return slices.ContainsFunc(s.unknown, func(name string) bool {
		return slices.Contains([]string{"PublicAccessBlock", "Encryption", "Ownership", "Grants"}, name)
	})
}

func isBucket(arn string) bool { return strings.Contains(arn, ":s3:::") }

// publicBlock is a Block Public Access configuration.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
type publicBlock struct{ acls, ignore, policy, restrict entitlement.Tristate }

// blockOf reads a configuration, within its answer or bare. Nil is unknown, and
// null means that nothing is blocked.
func blockOf(value []byte) (b publicBlock, wrong string) {
	if inner := memberOf(value, "PublicAccessBlockConfiguration"); inner != nil {
		value = inner
	}
	switch {
	case value == nil:
		return b, ""
	case value[0] != '{' && value[0] != 'n':
		return b, "is not the answer of get-public-access-block; whether public access is blocked is unknown"
	}
	flag := func(name string) entitlement.Tristate {
		switch v := memberOf(value, name); {
		case v == nil || v[0] == 'n' || v[0] == 'f':
			return entitlement.No
		case v[0] == 't':
			return entitlement.Yes
		}
		wrong = name + " is neither true nor false, so it is unknown"
		return entitlement.Unknown
	}
	b = publicBlock{flag("BlockPublicAcls"), flag("IgnorePublicAcls"), flag("BlockPublicPolicy"), flag("RestrictPublicBuckets")}
	return b, wrong
}

// or combines the configurations of a bucket and of its account: the stricter
// of the two is in force.
func (b publicBlock) or(account *publicBlock) publicBlock {
	either := func(a, b entitlement.Tristate) entitlement.Tristate {
		switch {
		case a == entitlement.Yes || b == entitlement.Yes:
			return entitlement.Yes
		case a == entitlement.Unknown || b == entitlement.Unknown:
			return entitlement.Unknown
		}
		return entitlement.No
	}
	return publicBlock{
		either(b.acls, account.acls), either(b.ignore, account.ignore),
		either(b.policy, account.policy), either(b.restrict, account.restrict),
	}
}

func (b publicBlock) set(bucket *entitlement.Bucket) {
	bucket.BlockPublicACLs, bucket.IgnorePublicACLs = b.acls, b.ignore
	bucket.BlockPublicPolicy, bucket.RestrictPublicBuckets = b.policy, b.restrict
}

// encryption sets the default encryption, which S3 names by its algorithm.
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_ServerSideEncryptionByDefault.html
func encryption(b *entitlement.Bucket, value []byte) (wrong string) {
	if value == nil {
		return ""
	}
	if inner := memberOf(value, "ServerSideEncryptionConfiguration"); inner != nil {
		value = inner
	}
	if value[0] != '{' && value[0] != 'n' {
		return "Encryption: is not the answer of get-bucket-encryption; the encryption is unknown"
	}
	b.Encryption = entitlement.EncryptionNone
	jsonscan.Elements(memberOf(value, "Rules"), func(rule []byte) {
		by := memberOf(rule, "ApplyServerSideEncryptionByDefault")
		if len(by) == 0 || by[0] == 'n' {
			return // A rule of something else, such as of keys for buckets.
		}
		switch algorithm := stringOf(memberOf(by, "SSEAlgorithm")); algorithm {
		case "AES256":
			b.Encryption = entitlement.EncryptionS3
		case "aws:kms", "aws:kms:dsse":
			b.Encryption, b.KeyID = entitlement.EncryptionKMS, stringOf(memberOf(by, "KMSMasterKeyID"))
		default:
			b.Encryption = entitlement.EncryptionUnknown
			wrong = fmt.Sprintf("Encryption: %q is not a known SSEAlgorithm; the encryption is unknown", algorithm)
		}
	})
	if b.KeyID == "alias/aws/s3" || strings.HasSuffix(b.KeyID, ":alias/aws/s3") {
		b.KeyID = "" // AWS's own key.
	}
	return wrong
}

// ownership reads the object ownership of a bucket: its name, or the answer of
// get-bucket-ownership-controls.
func ownership(value []byte) string {
	if name := stringOf(value); name != "" {
		return name
	}
	if inner := memberOf(value, "OwnershipControls"); inner != nil {
		value = inner
	}
	name := ""
	jsonscan.Elements(memberOf(value, "Rules"), func(rule []byte) { name = stringOf(memberOf(rule, "ObjectOwnership")) })
	return name
}

// ownerOf returns the canonical user id of the bucket's owner, which the answer
// of get-bucket-acl has.
func ownerOf(bucket []byte) string {
	owner := memberOf(bucket, "Owner")
	if owner == nil {
		owner = memberOf(memberOf(bucket, "Grants"), "Owner")
	}
	if id := stringOf(owner); id != "" {
		return id
	}
	return stringOf(memberOf(owner, "ID"))
}

// accessControl sets the grants of the access control list, which may stand
// within the answer of get-bucket-acl. Null is an empty list.
func accessControl(b *entitlement.Bucket, value []byte) (wrong string) {
	if inner := memberOf(value, "Grants"); inner != nil {
		value = inner
	}
	switch {
	case value == nil:
		b.ACLUnknown = true
	case value[0] == '[':
		b.Grants = grantsOf(value)
	case value[0] != 'n':
		b.ACLUnknown = true
		return "Grants: is neither a list of grants nor the answer of get-bucket-acl; the access control list is unknown"
	}
	return ""
}

// complete adds to a bucket what another reading of it knows.
func complete(b, other *entitlement.Bucket) {
	if b.ACLUnknown && !other.ACLUnknown {
		b.Grants, b.ACLUnknown = other.Grants, false
	}
	b.Owner = cmp.Or(b.Owner, other.Owner)
	if b.Encryption == entitlement.EncryptionUnknown {
		b.Encryption, b.KeyID = other.Encryption, other.KeyID
	}
	b.BlockPublicACLs = cmp.Or(b.BlockPublicACLs, other.BlockPublicACLs)
	b.IgnorePublicACLs = cmp.Or(b.IgnorePublicACLs, other.IgnorePublicACLs)
	b.BlockPublicPolicy = cmp.Or(b.BlockPublicPolicy, other.BlockPublicPolicy)
	b.RestrictPublicBuckets = cmp.Or(b.RestrictPublicBuckets, other.RestrictPublicBuckets)
}

// grantsOf reads an access control list. Groups go by the last part of their
// URI.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html
func grantsOf(value []byte) []entitlement.BucketGrant {
	grants := []entitlement.BucketGrant{}
	jsonscan.Elements(value, func(v []byte) {
		to := memberOf(v, "Grantee")
		name := stringOf(memberOf(to, "ID"))
		if uri := stringOf(memberOf(to, "URI")); uri != "" {
			name = nameOf(uri)
		}
		if name == "" {
			name = stringOf(memberOf(to, "EmailAddress"))
		}
		grants = append(grants, entitlement.BucketGrant{Grantee: name, Permission: stringOf(memberOf(v, "Permission"))})
	})
	return grants
}
