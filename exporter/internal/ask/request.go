package ask

import (
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/leastward/leastward/internal/entitlement"
	policy "github.com/leastward/leastward/internal/policy/aws"
	"github.com/leastward/leastward/internal/policy/azure"
	"github.com/leastward/leastward/internal/policy/decision"
)

// Request is one thing that somebody might do.
type Request struct {
	// Identity is who: on AWS an ARN, the name of a user or role, a service, or
	// "*", anybody; on Azure and Google Cloud an id, a mail address, the id of an
	// application, or a display name that one identity has.
	Identity string
	Action   string
	// Resource is an ARN, an ARM id or a full resource name. "" and "*" are no
	// resource on AWS, and the system itself elsewhere.
	Resource string
	Context  *Context // What is known of the request; nil: nothing.
	// Session policies narrow a session (AWS).
	Session []*policy.SessionPolicy
}

// Context is what is known of a request, by context key on AWS and by the
// attribute of a condition on Azure and Google Cloud. "request.time" (RFC 3339)
// is when the request is made, on both, which decides about grants that end.
type Context struct {
	aws    *policy.Context
	values map[string][]string
	absent []string

	at      time.Time // When the request is made, where that is known.
	badTime error
}

// NewContext returns a context of keys and their values. A key without values
// is known to be absent from the request.
func NewContext(values map[string][]string) *Context {
	c := &Context{aws: policy.NewContext(values), values: map[string][]string{}}
	for _, key := range slices.Sorted(maps.Keys(values)) {
		if list := values[key]; len(list) > 0 {
			c.values[ownKey(key)] = slices.Clone(list)
			continue
		}
		c.absent = append(c.absent, key)
	}
	c.at, c.badTime = timeOf(c.values)
	return c
}

// ownKey spells the keys that evaluators themselves look for, in any case.
func ownKey(key string) string {
	if lower := strings.ToLower(key); lower == requestTime || lower == azure.Data {
		return lower
	}
	return key
}

// Answer is what was decided of a request. Its memory is used again when it is
// passed to Decide again, and it belongs to one goroutine.
type Answer struct {
	Verdict decision.Verdict
	// Keys are the context keys or attributes that would decide a conditional
	// answer, sorted.
	Keys []string

	side side
	aws  answerOfAWS
	role answerOfRoles
}

type answerOfAWS struct {
	request  policy.Request
	decision policy.Decision
}

type answerOfRoles struct {
	request  decision.Request
	decision decision.Decision
}

// Because returns the reasons of the decision, a sentence each.
func (a *Answer) Because() []string {
	list := make([]string, a.side.reasons(a))
	for i := range list {
		list[i] = string(a.side.appendReason(nil, a, i))
	}
	return list
}

// System returns the system that the resource is in, on Azure and Google Cloud;
// "" where it is in none of those that are known, and on AWS.
func (a *Answer) System() entitlement.SystemID { return a.side.home(a) }

// Text writes the decision for people: the verdict, why, and what would change
// it.
func (a *Answer) Text(out io.Writer) error { return a.side.text(out, a) }
