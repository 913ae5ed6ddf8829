package exposure

import (
	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/entitlement"
)

// aclOffers returns the grants of the access control list as the statements
// that they stand for. See
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html#acl-access-policy-permission-mapping.
func (v *bucketView) aclOffers() []offer {
	var out []offer
	owner := v.canonicalOwner()
	for _, g := range v.bucket().Grants {
		o := offer{label: "the access control list", words: g.Permission, actions: aclActions(g.Permission), resources: v.aclResources(g.Permission)}
		switch g.Grantee {
		case entitlement.AllUsers:
			o.who.everyone = true
		case entitlement.AuthenticatedUsers:
			o.who.everyone = true
			o.everybody = "every user of any AWS account"
		case "LogDelivery", owner:
			continue // A service of S3; the owner.
		default:
			o.who.canonical = []string{g.Grantee}
		}
		out = append(out, o)
	}
	return out
}

// canonicalOwner returns the canonical id of the owner, "" if it is not known.
func (v *bucketView) canonicalOwner() string {
	if b := v.bucket(); b.Owner == "" {
		return ownerOf(b.Grants)
	}
	return v.bucket().Owner
}

// ownerOf finds the owner among the grantees: the only canonical user with full
// control, which S3 grants to the owner of every bucket; "" if there are
// several or none.
func ownerOf(grants []entitlement.BucketGrant) string {
	owner := ""
	for _, g := range grants {
		if g.Permission != "FULL_CONTROL" || g.Grantee == entitlement.AllUsers || g.Grantee == entitlement.AuthenticatedUsers || g.Grantee == owner {
			continue
		}
		if owner != "" {
			return ""
		}
		owner = g.Grantee
	}
	return owner
}

// aclResources returns what a permission is on: objects for WRITE, the bucket
// for the others, both for full control.
func (v *bucketView) aclResources(permission string) [][]byte {
	own := v.ownResources()
	switch permission {
	case "WRITE":
		return own[1:]
	case "FULL_CONTROL":
		return own
	}
	return own[:1]
}

func aclActions(permission string) entitlement.ActionSet {
	names := map[string][]string{
		"READ":      {"s3:ListBucket", "s3:ListBucketVersions", "s3:ListBucketMultipartUploads"},
		"WRITE":     {"s3:PutObject", "s3:DeleteObject", "s3:DeleteObjectVersion"},
		"READ_ACP":  {"s3:GetBucketAcl"},
		"WRITE_ACP": {"s3:PutBucketAcl"},
	}
	set := entitlement.ActionSet{}
	for p, list := range names {
		if p != permission && permission != "FULL_CONTROL" {
			continue
		}
		for _, a := range list {
			set = set.Union(catalog.AWS().Match(a))
		}
	}
	return set
}
