package tenant

import (
	"strings"

	"github.com/leastward/leastward/internal/tenant/draw"
)

// bucket is one bucket of an account.
type bucket struct {
	name, team string
	encryption string // "", "AES256" or "aws:kms".
	policy     string // Document, or "".
	grants     []bucketGrant
	block      bool // Block Public Access is on, all four parts.
	exempt     bool
	public     bool
	shared     bool // Another account has access.
	closed     bool // To all but one role.
}

// bucketGrant is an entry of an access control list as AWS writes it.
type bucketGrant struct {
	Grantee    map[string]string
	Permission string
}

// stores are what each team has a bucket for; the calls of identities name
// these buckets.
func stores() []string {
	return []string{"exports", "uploads", "events", "state", "reports", "assets"}
}

// buckets returns the buckets of an account: those of the teams, which are
// private, and some that are not.
func (w *world) buckets(a *account) []bucket {
	var list []bucket
	for i, team := range teams() {
		for k, store := range stores() {
			b := bucket{name: a.prefix + "-" + team + "-" + store, team: team, encryption: "AES256", block: true}
			switch n := i*len(stores()) + k; {
			case n%12 == 5:
				b.encryption = ""
			case n%3 == 0:
				b.encryption = "aws:kms"
			}
			list = append(list, b)
		}
	}
	return append(list, w.specialBuckets(a)...)
}

func (w *world) specialBuckets(a *account) []bucket {
	neighbour := productionAccount
	if a.production() {
		neighbour = developmentAccount
	}
	allow := func(principal, rest string) string {
		return `{"Version":"2012-10-17","Statement":[{"Sid":"Give","Effect":"Allow","Principal":` + principal + `,"Action":"s3:GetObject","Resource":"arn:aws:s3:::BUCKET/*"` + rest + `}]}`
	}
	list := []bucket{
		{name: "audit-archive", team: "security", encryption: "aws:kms", block: true, policy: `{"Version":"2012-10-17","Statement":[{"Sid":"OnlyEncrypted","Effect":"Deny","Principal":"*","Action":"s3:*","Resource":["arn:aws:s3:::BUCKET","arn:aws:s3:::BUCKET/*"],"Condition":{"Bool":{"aws:SecureTransport":"false"}}}]}`},
		{name: "vault", team: "security", encryption: "aws:kms", block: true, closed: true, policy: `{"Version":"2012-10-17","Statement":[{"Sid":"OnlyTheAuditors","Effect":"Deny","Principal":"*","Action":"s3:*","Resource":["arn:aws:s3:::BUCKET","arn:aws:s3:::BUCKET/*"],"Condition":{"ArnNotEquals":{"aws:PrincipalArn":"` + a.iamARN("role/organization-audit") + `"}}}]}`},
		{name: "website", team: "storefront", encryption: "AES256", policy: allow(`"*"`, ""), public: true},
		{name: "website-2019", team: "storefront", grants: []bucketGrant{{map[string]string{"Type": "Group", "URI": "http://acs.amazonaws.com/groups/global/AllUsers"}, "READ"}}, public: true},
		{name: "press-kit", team: "storefront", encryption: "AES256", policy: allow(`"*"`, ""), public: true, exempt: true},
		{name: "withdrawn", team: "storefront", encryption: "AES256", policy: allow(`"*"`, ""), block: true},
		{name: "office-only", team: "platform", encryption: "AES256", policy: allow(`"*"`, `,"Condition":{"IpAddress":{"aws:SourceIp":"192.0.2.0/24"}}`)},
		{name: "partner-drop", team: "data", encryption: "aws:kms", block: true, policy: allow(`{"AWS":"arn:aws:iam::`+vendorAccount+`:root"}`, ""), shared: true},
		{name: "shared-reports", team: "data", encryption: "AES256", block: true, policy: allow(`{"AWS":"`+neighbour+`"}`, ""), shared: true},
	}
	for i := range list {
		b := &list[i]
		b.name = a.prefix + "-" + b.name
		b.policy = strings.ReplaceAll(b.policy, "BUCKET", b.name)
	}
	return list
}

func (b *bucket) arn() string { return "arn:aws:s3:::" + b.name }

// The shape of buckets.json, whose parts are answers of the AWS command line;
// a part that is not set is null. See docs/files-aws.md.
type (
	bucketsFile struct {
		Account                  string
		AccountPublicAccessBlock *publicBlock
		Buckets                  []bucketDetail
	}
	bucketDetail struct {
		Name, Region      string
		Policy            *string
		Encryption        *encryptionDetail
		PublicAccessBlock *publicBlock
		Ownership         *struct{}
		Grants            []bucketGrant
		Tags              []tag
	}
	publicBlock struct {
		PublicAccessBlockConfiguration struct{ BlockPublicAcls, IgnorePublicAcls, BlockPublicPolicy, RestrictPublicBuckets bool }
	}
	encryptionDetail struct {
		ServerSideEncryptionConfiguration struct{ Rules []encryptionRule }
	}
	encryptionRule struct {
		ApplyServerSideEncryptionByDefault map[string]string
		BucketKeyEnabled                   bool
	}
)

func (w *world) bucketsFile(a *account) bucketsFile {
	file := bucketsFile{Account: a.id}
	owner := bucketGrant{map[string]string{"Type": "CanonicalUser", "ID": draw.HexID(a.seed.Stream("canonical", 0, 0), "", 64)}, "FULL_CONTROL"}
	for _, b := range w.buckets(a) {
		d := bucketDetail{
			Name: b.name, Region: region(b.team), Grants: append([]bucketGrant{owner}, b.grants...),
			Tags: []tag{{"owner", b.team}, {"environment", a.env}},
		}
		if b.policy != "" {
			d.Policy = &b.policy
		}
		if b.encryption != "" {
			d.Encryption = &encryptionDetail{}
			d.Encryption.ServerSideEncryptionConfiguration.Rules = []encryptionRule{{map[string]string{"SSEAlgorithm": b.encryption}, b.encryption == "aws:kms"}}
		}
		if b.block {
			d.PublicAccessBlock = &publicBlock{}
			c := &d.PublicAccessBlock.PublicAccessBlockConfiguration
			c.BlockPublicAcls, c.IgnorePublicAcls, c.BlockPublicPolicy, c.RestrictPublicBuckets = true, true, true, true
		}
		if b.exempt {
			d.Tags = append(d.Tags, tag{"ck_exclude_from_reports", "meant to be public"})
		}
		file.Buckets = append(file.Buckets, d)
	}
	return file
}
