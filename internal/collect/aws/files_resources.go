package aws

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"regexp"
	"slices"

	"github.com/leastward/leastward/internal/collect/records"
	"github.com/leastward/leastward/internal/collect/records/jsonscan"
	"github.com/leastward/leastward/internal/entitlement"
)

// OtherAccount is the code of the problem that resources in a file belong to an
// account that is not read.
const OtherAccount Reason = "other_account"

// ReadResourcePolicies reads resources and their policies from JSON documents,
// one after the other, one a line or in arrays, compressed with gzip or not.
// A document is an object that maps ARNs to policies, an element or a list of
// elements with the ARN and the policy as members, an answer of the AWS CLI,
// or an export of buckets; docs/files-aws.md has them all.
//
// The inventory must know its account. Resources of others are left out, which
// one problem for each file says; [ReadAccounts] gives them to their owners. A
// resource whose ARN names no account, as that of a bucket, belongs to the
// inventory's, unless the element says otherwise.
//
// What is malformed becomes a problem that names the place and the ARN; a
// policy that cannot be read is then marked as unknown where the ARN is known.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_identity-vs-resource.html
func ReadResourcePolicies(in io.Reader, name string, into *entitlement.Inventory) error {
	if into.System.ID == "" {
		return fmt.Errorf("read resource policies %s: the account is not known yet; read its authorization details before", name)
	}
	e := newEstate(into)
	if err := e.readPolicies(in, name); err != nil {
		return err
	}
	if message := e.leftOut(); message != "" {
		newInventoryReader(name, into).problem(OtherAccount, "documents", message)
	}
	return nil
}

// readPolicies reads one file.
func (e *estate) readPolicies(in io.Reader, name string) error {
	r := &resourceReader{estate: e, name: name, account: regexp.MustCompile(`^\d{12}$`)}
	read := 0
	err := records.ReadDocuments(in, name, func(d records.Element) error {
		read++
		r.document(d)
		return nil
	})
	if file, ok := asFileError(err); ok && read > 0 {
		r.problem(place{name: "byte " + fmt.Sprint(file.Offset)}, file.Reason, file.Message)
		err = nil
	}
	if err != nil {
		return fmt.Errorf("read resource policies: %w", err)
	}
	return nil
}

// resourceReader reads the resources of one file.
type resourceReader struct {
	*estate
	name    string
	account *regexp.Regexp
}

// place says where something stands in a file.
type place struct{ name, arn, account string }

func (p place) at(format string, args ...any) place {
	p.name += fmt.Sprintf(format, args...)
	return p
}

// of says which resource it is; its account counts where the ARN has none.
func (p place) of(arn, account string) place {
	p.arn, p.account = arn, account
	return p
}

// problem reports to the account that it concerns, or else to the first.
func (r *resourceReader) problem(p place, reason Reason, message string) {
	inv := r.order[0]
	if h, ok := r.accounts[entitlement.SystemID(cmp.Or(accountOf(p.arn), p.account))]; ok {
		inv = h.inv
	}
	where := r.name + ": " + p.name
	if p.arn != "" {
		where += ": " + p.arn
	}
	inv.Problems = append(inv.Problems, entitlement.Problem{Code: string(reason), Subject: where, Message: message})
}

// entry is one resource as it stands in a file.
type entry struct {
	arn, name, account string
	policy             []byte // Nil: there is no such member.
	tags               map[string]string
	bucket             *entitlement.Bucket
}

// enter adds the resource to its owner's inventory.
func (r *resourceReader) enter(p place, x *entry) {
	x.arn = holder(x.arn)
	p = p.of(x.arn, x.account)
	a, ok := splitARN(x.arn)
	switch {
	case !ok:
		r.problem(p, UnsupportedShape, "is not an ARN such as arn:aws:sqs:eu-west-1:111122223333:orders")
		return
	case a.service == "iam" || a.service == "sts":
		r.problem(p, UnsupportedShape, "is no resource with a policy of this kind: "+
			"trust policies of roles come with the authorization details; leave it out")
		return
	}
	h := r.owner(p, &a, x)
	if h == nil {
		return
	}
	res := resourceOf(x.arn, &a)
	if x.name != "" {
		res.Name = x.name
	}
	res.Tags, res.Bucket = x.tags, x.bucket
	res.Policy, res.PolicyUnknown = r.policy(p, x)
	if h.enter(&res) {
		r.problem(p, UnsupportedShape, "has another policy before, which stays; leave one of the two out")
	}
}

// owner returns the holdings that the resource belongs to, nil if it is left
// out.
func (r *resourceReader) owner(p place, a *arnParts, x *entry) *holdings {
	for _, account := range []string{a.account, x.account} {
		if account != "" && !r.account.MatchString(account) && !slices.Contains([]string{"aws"}, account) {
			r.problem(p, UnsupportedShape, fmt.Sprintf("%q is not an account number of 12 digits", account))
			return nil
		}
	}
	account := a.account
	if account == "" || account == "aws" {
		account = x.account
	}
	if x.account != "" && x.account != account {
		r.problem(p, UnsupportedShape, fmt.Sprintf("is said to be of account %s; what the ARN says counts", x.account))
	}
	h := r.of(account)
	if h == nil && account == "" {
		r.problem(p, MissingField, `is of an account that its ARN does not name, and there are several: add "Account": "111122223333" beside it`)
	}
	return h
}

// policy returns the policy of an entry, nil where it has none.
func (r *resourceReader) policy(p place, x *entry) (document []byte, unknown bool) {
	if x.policy == nil {
		if !r.quiet {
			r.problem(p, MissingField, `has no policy: add "Policy", with null where the resource has none`)
		}
		return nil, true
	}
	document, wrong := policyText(x.policy)
	if wrong != "" {
		r.problem(p, UnsupportedShape, "Policy: "+wrong+"; the policy is unknown")
		return nil, true
	}
	return document, false
}

// policyText returns the policy in an object or a text, nil for none: null, an
// empty object or an empty text.
func policyText(value []byte) (document []byte, wrong string) {
	switch value[0] {
	case '{', '"', 'n':
	default:
		return nil, "is neither an object nor a text"
	}
	doc := bytes.TrimSpace(documentOf(value))
	if len(doc) == 0 || string(doc) == "null" {
		return nil, ""
	}
	end, st := jsonscan.SkipValue(doc, 0, 1)
	switch {
	case st == jsonscan.Deep:
		return nil, st.Message()
	case st != jsonscan.OK || end != len(doc):
		return nil, fmt.Sprintf("is not JSON at its byte %d", end)
	case doc[0] != '{':
		return nil, "is not a policy, which is a JSON object"
	case doc[jsonscan.SkipSpace(doc, 1)] == '}':
		return nil, ""
	case !hasStatement(doc):
		return nil, "is not a policy: it has no Statement"
	}
	return doc, ""
}

func hasStatement(policy []byte) bool {
	has := false
	object(policy, func(key, _ []byte) { has = has || bytes.EqualFold(key, []byte("Statement")) })
	return has
}
