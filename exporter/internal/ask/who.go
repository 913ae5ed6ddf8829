package ask

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/policy/decision"
)

// Question asks who may do something.
type Question struct {
	Action   string
	Resource string // "" is "*".
	Context  *Context
	Denied   bool // Also list those who may not.
}

// Holder is somebody with what was decided of it.
type Holder struct {
	Identity string // As the principal of a request.
	// Kind is an entitlement.Kind or "root"; of those who are not among the
	// documents also "account", "session", "service", "identity_provider",
	// "anybody" or "other".
	Kind    string
	Account entitlement.SystemID // "" where there is none.
	// Name is what people know an identity by whose id says nothing to them
	// (Azure); "" is the id.
	Name    string
	Verdict decision.Verdict
	Because []string
	Keys    []string
	// People stand behind a role that a permission set of IAM Identity Center
	// made: users, and groups as "group (user, user)".
	People []string

	why  []string
	line []byte // As JSON.
}

// Title returns the identity with the name that people know it by.
func (h *Holder) Title() string {
	if h.Name == "" || h.Name == h.Identity {
		return h.Identity
	}
	return h.Name + " (" + h.Identity + ")"
}

// Why returns the reasons as one text. That the service control policies do not
// stand in the way of what is allowed is left out.
func (h *Holder) Why() string {
	why := strings.Join(h.why, " ")
	if len(h.People) > 0 {
		why += " People: " + strings.Join(h.People, ", ") + "."
	}
	return why
}

// MarshalJSON returns the holder with the members of an answer.
func (h *Holder) MarshalJSON() ([]byte, error) { return h.line, nil }

// Tally counts identities by what was decided of them.
type Tally struct {
	Allowed     int `json:"allowed"`
	Conditional int `json:"conditional"`
	Denied      int `json:"denied"`
}

func (t *Tally) count(v decision.Verdict) {
	switch v {
	case decision.Allowed:
		t.Allowed++
	case decision.Conditional:
		t.Conditional++
	case decision.ImplicitlyDenied, decision.ExplicitlyDenied:
		t.Denied++
	}
}

// Holders answers a Question.
type Holders struct {
	Action     string    `json:"action"`
	Resource   string    `json:"resource"`
	Counts     Tally     `json:"counts"` // Of the identities of the accounts, all of them.
	Identities []*Holder `json:"identities"`
	// Others are not among the documents: whom the policy of the resource
	// names, services, and anybody.
	Others []*Holder `json:"others"`
	// Notes say what about the question may not be meant.
	Notes []string `json:"notes,omitempty"`
}

// Who lists everybody who may do something, or may under conditions.
//
// On AWS that are the users and roles of every account, its functions and
// instances by their roles, the root users, and others whom the policy of the
// resource lets in. Groups make no requests.
//
// On Azure and Google Cloud it is everybody who holds a role, also by way of
// groups, functions and instances by what they run as, and others who are not
// among the identities: anybody at all, groups whose members are not known,
// those who are of elsewhere or were deleted.
//
// The lists are sorted by verdict, account, kind and identity. An error is a
// [*FieldError].
func (a *Asker) Who(ctx context.Context, q Question) (*Holders, error) {
	if q.Action == "" {
		return nil, fieldf(fieldAction, `is missing; give one such as "s3:GetObject"`)
	}
	side, err := a.side(q.Action)
	if err != nil {
		return nil, err
	}
	s := search{question: q, writer: a.Writer(), found: &Holders{
		Action: q.Action, Resource: cmp.Or(q.Resource, "*"), Identities: []*Holder{}, Others: []*Holder{},
	}}
	s.answer.side = side
	if err := side.who(ctx, &s); err != nil {
		return nil, err
	}
	order(s.found.Identities)
	order(s.found.Others)
	return s.found, nil
}

func order(list []*Holder) {
	slices.SortFunc(list, func(x, y *Holder) int {
		return cmp.Or(cmp.Compare(y.Verdict, x.Verdict), cmp.Compare(x.Account, y.Account),
			cmp.Compare(x.Kind, y.Kind), cmp.Compare(x.Identity, y.Identity))
	})
}

// search is one Who on its way.
type search struct {
	question Question
	writer   *Writer
	answer   Answer
	found    *Holders
}

func (s *search) request(identity string) *Request {
	return &Request{Identity: identity, Action: s.question.Action, Resource: s.found.Resource, Context: s.question.Context}
}

// enter counts what was decided of an identity of the systems, and lists it
// where it may do what is asked.
func (s *search) enter(holder func() *Holder) {
	s.found.Counts.count(s.answer.Verdict)
	if s.question.Denied || granted(s.answer.Verdict) {
		s.found.Identities = append(s.found.Identities, holder())
	}
}

func granted(v decision.Verdict) bool { return v == decision.Allowed || v == decision.Conditional }

// line writes the holder as JSON, with the members of the last answer.
func (s *search) line(h *Holder) []byte {
	b := appendString([]byte(`{"identity":`), h.Identity)
	b = appendString(append(b, `,"kind":`...), h.Kind)
	b = appendMember(b, `,"name":`, h.Name)
	b = appendString(append(b, `,"account":`...), string(h.Account))
	b = append(appendStrings(b, "people", h.People), ',')
	return append(s.writer.members(b, &s.answer), '}')
}

// Summary counts in words.
func (h *Holders) Summary() string {
	all := h.Counts.Allowed + h.Counts.Conditional + h.Counts.Denied
	words := []string{
		plural(h.Counts.Allowed, "identity is", "identities are") + " allowed",
		plural(h.Counts.Conditional, "is", "are") + " allowed under conditions",
		plural(h.Counts.Denied, "is", "are") + " denied",
	}
	return strings.Join(words, ", ") + ", of " + plural(all, "identity", "identities") + "; " +
		plural(len(h.Others), "other", "others") + " may be let in"
}

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + many
}
