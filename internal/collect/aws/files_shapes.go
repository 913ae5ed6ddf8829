package aws

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/leastward/leastward/internal/collect/records"
	"github.com/leastward/leastward/internal/collect/records/jsonscan"
)

// shape is an object of a file of resource policies, taken apart by the names
// that its members may have.
type shape struct {
	arn, policy           []byte
	account, region, name string
	tags                  map[string]string
	lists                 []namedValue // Lists, or maps from ARN to policy, within.
	mapped                []namedValue // Members whose name is an ARN.
	buckets, block        []byte       // Of an export of buckets.
	attributes            []byte       // Of a queue or topic.
	repository, registry  string       // Of a container registry.
	statement             bool
	answer                bool     // Of get-resource-policy, by the spelling of its ARN.
	unknown               []string // Other members.
}

type namedValue struct {
	name  string
	value []byte
}

func shapeOf(value []byte) shape {
	var s shape
	object(value, func(key, v []byte) { s.member(string(key), v) })
	return s
}

func (s *shape) member(key string, v []byte) {
	switch key {
	case "Arn", "ARN", "arn", "ResourceArn", "resourceArn", "resource_arn", "Resource", "resource":
		s.arn, s.answer = v, key == "ARN"
	case "Policy", "policy", "PolicyDocument", "policyDocument", "ResourcePolicy", "resourcePolicy",
		"policyText", "Document", "document":
		s.policy = v
	case "ResourcePolicies", "Resources", "Policies":
		s.lists = append(s.lists, namedValue{key, v})
	case "Account", "account", "AccountId":
		s.account = accountText(v)
	case "Region", "region":
		s.region = stringOf(v)
	case "Name", "name":
		s.name = stringOf(v)
	case "Tags", "tags":
		s.tags = anyTags(v)
	default:
		s.special(key, v)
	}
}

// special are members of answers of the AWS CLI.
func (s *shape) special(key string, v []byte) {
	switch key {
	case "Buckets":
		s.buckets = v
	case "AccountPublicAccessBlock":
		s.block = v
	case "Attributes":
		s.attributes = v
	case "repositoryName":
		s.repository = stringOf(v)
	case "registryId":
		s.registry = stringOf(v)
	case "Statement":
		s.statement = true
	case "Type", "type", "PolicyName", "RevisionId", "ResponseMetadata", "ResultMetadata", "NextToken", "VersionIdsToStages":
	default:
		if strings.HasPrefix(key, "arn:") {
			s.mapped = append(s.mapped, namedValue{key, v})
			return
		}
		s.unknown = append(s.unknown, key)
	}
}

// accountText takes a number, too; one with leading zeros is no JSON number.
func accountText(v []byte) string {
	if len(v) > 0 && jsonscan.IsDigit(v[0]) {
		return string(v)
	}
	return stringOf(v)
}

// anyTags reads a list of keys and values, or an object.
func anyTags(value []byte) map[string]string {
	if len(value) == 0 || value[0] != '{' {
		return tagsOf(value)
	}
	if set := memberOf(value, "TagSet"); set != nil {
		return tagsOf(set)
	}
	var tags map[string]string
	jsonscan.Members(value, func(key, v []byte) {
		if tags == nil {
			tags = map[string]string{}
		}
		tags[string(key)] = stringOf(v)
	})
	return tags
}

// document reads one document of a file.
func (r *resourceReader) document(e records.Element) {
	r.value(place{name: fmt.Sprintf("document %d at byte %d", e.N, e.Offset)}, e.Value, &shape{})
}

// value reads an object: an element, a list of them, or an answer of the CLI.
// What around says of account and region goes for it, too.
func (r *resourceReader) value(p place, v []byte, around *shape) {
	if len(v) == 0 || v[0] != '{' {
		r.problem(p, UnsupportedShape, "is not an object with an ARN and a policy")
		return
	}
	s := shapeOf(v)
	s.inherit(around)
	found := r.within(p, &s)
	switch {
	case s.arn == nil && s.name != "" && s.bucketParts(), isBucket(stringOf(s.arn)) && s.bucketParts():
		r.bucketOf(p, &s, v, &publicBlock{})
	case s.arn != nil:
		r.element(p, &s, v)
	case s.attributes != nil:
		r.attributes(p, &s)
	case s.repository != "":
		r.repository(p, &s)
	case s.statement:
		s.policy = v
		r.derived(p, &s)
	case s.policy != nil:
		r.derived(p, &s)
	case !found && len(s.unknown) > 0:
		r.problem(p, UnsupportedShape, fmt.Sprintf("has neither ARN nor policy, but %s; see docs/files-aws.md for the forms", s.unknown[0]))
	}
}

func (s *shape) inherit(around *shape) {
	if s.account == "" {
		s.account = around.account
	}
	if s.region == "" {
		s.region = around.region
	}
}

// within reads what an object holds many of and reports whether there is such.
func (r *resourceReader) within(p place, s *shape) bool {
	for _, l := range s.lists {
		at := p.at(", %s", l.name)
		switch {
		case l.value[0] == '{':
			r.value(at, l.value, s)
		case l.value[0] == '[':
			n := 0
			jsonscan.Elements(l.value, func(v []byte) { n++; r.value(at.at("[%d]", n), v, s) })
		case l.value[0] != 'n':
			r.problem(at, UnsupportedShape, "is neither a list nor an object")
		}
	}
	for _, m := range s.mapped {
		r.mapping(p, m, s)
	}
	if s.buckets != nil {
		r.buckets(p.at(", Buckets"), s)
	}
	many := len(s.lists)+len(s.mapped) > 0 || s.buckets != nil
	if many && len(s.mapped) > 0 {
		for _, name := range s.unknown {
			r.problem(p.at(", %q", name), UnsupportedShape, "is not an ARN, unlike its neighbours; it is left out")
		}
	}
	return many
}

// mapping reads a member from ARN to policy. The policy may stand within an
// object that says more.
func (r *resourceReader) mapping(p place, m namedValue, around *shape) {
	s := shapeOf(m.value)
	x := entry{arn: m.name, account: around.account, policy: m.value}
	if isBucket(m.name) && s.bucketParts() {
		s.inherit(around)
		s.arn = []byte(strconv.Quote(m.name))
		r.bucketOf(p, &s, m.value, &publicBlock{})
		return
	}
	if m.value[0] == '{' && !s.statement && s.policy != nil {
		s.inherit(around)
		x = entry{arn: m.name, account: s.account, policy: s.policy, tags: s.tags, name: s.name}
	}
	r.enter(p, &x)
}

func (r *resourceReader) element(p place, s *shape, v []byte) {
	arn := stringOf(s.arn)
	if arn == "" {
		r.problem(p, UnsupportedShape, "the ARN is not a text")
		return
	}
	policy := s.policy
	if policy == nil && s.statement {
		policy = v
	}
	if a, ok := splitARN(arn); ok && policy == nil && s.answer && a.service == "secretsmanager" {
		policy = []byte("null") // get-resource-policy leaves it out.
	}
	r.enter(p, &entry{arn: arn, name: s.name, account: s.account, policy: policy, tags: s.tags})
}

// attributes reads the answers of get-queue-attributes and
// get-topic-attributes, which leave out a policy that there is not.
func (r *resourceReader) attributes(p place, s *shape) {
	x := entry{name: s.name, account: s.account, policy: []byte("null"), tags: s.tags}
	object(s.attributes, func(key, v []byte) {
		switch string(key) {
		case "QueueArn", "TopicArn":
			x.arn = stringOf(v)
		case "Policy":
			x.policy = v
		}
	})
	if x.arn == "" {
		s.policy = x.policy
		r.derived(p.at(", Attributes"), s)
		return
	}
	r.enter(p, &x)
}

// repository reads the answer of `aws ecr get-repository-policy`, which does
// not say the region.
func (r *resourceReader) repository(p place, s *shape) {
	if s.region == "" || s.registry == "" {
		r.problem(p.of(s.repository, s.registry), MissingField,
			`registryId or the region of the repository is missing: add "Region": "eu-west-1" beside repositoryName`)
		return
	}
	arn := "arn:" + partition(s.region) + ":ecr:" + s.region + ":" + s.registry + ":repository/" + s.repository
	r.enter(p, &entry{arn: arn, account: s.account, policy: s.policy, tags: s.tags})
}

// derived takes the ARN from the statements of a policy that stands alone.
func (r *resourceReader) derived(p place, s *shape) {
	policy, wrong := policyText(s.policy)
	arn := ""
	if wrong == "" {
		arn, wrong = subject(policy)
	}
	if wrong != "" {
		r.problem(p, MissingField, "the policy does not tell which resource it belongs to: "+wrong+
			`; write {"Arn": "arn:aws:…", "Policy": …} around it`)
		return
	}
	r.enter(p, &entry{arn: arn, name: s.name, account: s.account, policy: s.policy, tags: s.tags})
}
