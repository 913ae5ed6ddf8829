package ask

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/leastward/leastward/exporter/internal/explain"
	"github.com/leastward/leastward/internal/entitlement"
	policy "github.com/leastward/leastward/internal/policy/aws"
)

// Question asks who may do something.
type Question struct {
	Action   string
	Resource string // "" is "*".
	Context  *policy.Context
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
	Verdict policy.Verdict
	Because []string
	Keys    []string
	// People stand behind a role that a permission set of IAM Identity Center
	// made: users, and groups as "group (user, user)".
	People []string

	why  []string
	line []byte // As JSON.
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

func (t *Tally) count(v policy.Verdict) {
	switch v {
	case policy.Allowed:
		t.Allowed++
	case policy.Conditional:
		t.Conditional++
	case policy.ImplicitlyDenied, policy.ExplicitlyDenied:
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

// Who lists everybody who may do something, or may under conditions: the users
// and roles of every account, its functions and instances by their roles, the
// root users, and others whom the policy of the resource lets in. Groups make
// no requests. The lists are sorted by verdict, account, kind and identity. An
// error is a [*FieldError].
func (a *Asker) Who(ctx context.Context, q Question) (*Holders, error) {
	s := search{asker: a, question: q, writer: a.Writer(), found: &Holders{
		Action: q.Action, Resource: cmp.Or(q.Resource, "*"), Identities: []*Holder{}, Others: []*Holder{},
	}}
	if err := s.check(); err != nil {
		return nil, err
	}
	for _, account := range a.estate.Accounts() {
		if err := s.account(ctx, account); err != nil {
			return nil, err
		}
	}
	s.others()
	s.found.Notes = explain.Notes(s.request(""))
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
	asker    *Asker
	question Question
	writer   *Writer
	decision policy.Decision
	found    *Holders
}

func (s *search) request(principal string) *policy.Request {
	return &policy.Request{
		Principal: principal, Action: s.question.Action, Resource: s.found.Resource, Context: s.question.Context,
	}
}

// check finds out whether the question is one at all: anybody can be asked for.
func (s *search) check() error {
	if s.question.Action == "" {
		return fieldf(fieldAction, `is missing; give one such as "s3:GetObject"`)
	}
	return s.asker.Decide(s.request("*"), &s.decision)
}

func (s *search) account(ctx context.Context, a *policy.Account) error {
	root := rootOf(a)
	list := a.Inventory().Identities
	if len(list) == 0 {
		return nil // Only resources of it are known.
	}
	s.identity(root, "root", a.System())
	for i := range list {
		id := &list[i]
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if id.Kind != entitlement.Group && !id.Root && string(id.ID) != root {
			s.identity(string(id.ID), string(id.Kind), a.System())
		}
	}
	return nil
}

// identity decides of one identity of the accounts. One that cannot be decided
// of, such as a function without a role, can do nothing.
func (s *search) identity(principal, kind string, account entitlement.SystemID) {
	r := s.request(principal)
	err := across(r)
	if err == nil {
		err = s.asker.estate.Decide(r, &s.decision)
	}
	if err != nil {
		s.decision.Verdict = policy.ImplicitlyDenied
		s.decision.Because = []policy.Reason{{Layer: policy.BuiltInLayer, Note: err.Error()}}
		s.decision.Keys = nil
	}
	s.found.Counts.count(s.decision.Verdict)
	if s.question.Denied || granted(s.decision.Verdict) {
		s.found.Identities = append(s.found.Identities, s.holder(r, principal, kind, account))
	}
}

func granted(v policy.Verdict) bool { return v == policy.Allowed || v == policy.Conditional }

// holder puts the last decision into words, as one of somebody.
func (s *search) holder(r *policy.Request, name, kind string, account entitlement.SystemID) *Holder {
	h := &Holder{
		Identity: name, Kind: kind, Account: account, Verdict: s.decision.Verdict,
		Because: s.asker.words.Because(r, &s.decision), Keys: slices.Clone(s.decision.Keys), People: s.asker.People(name),
	}
	for i := range h.Because {
		if h.Verdict != policy.Allowed || s.decision.Because[i].Layer != policy.ServiceControlLayer {
			h.why = append(h.why, h.Because[i])
		}
	}
	h.line = appendString([]byte(`{"identity":`), h.Identity)
	h.line = appendString(append(h.line, `,"kind":`...), h.Kind)
	h.line = appendString(append(h.line, `,"account":`...), string(h.Account))
	h.line = append(appendStrings(h.line, "people", h.People), ',')
	h.line = append(s.writer.members(h.line, r, &s.decision), '}')
	return h
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
