package trace

import (
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/leastward/leastward/internal/entitlement"
)

// Start tells where to begin, what to look at and how far to go. Exactly one of
// Identity, Session, AccessKey and Address is set.
type Start struct {
	// Identity is a user, role or root by its ARN or id; all its sessions, keys
	// and addresses belong to it. The ARN of a role session stands for that
	// session. On Azure it is an object id, on Google Cloud an address or a
	// principal; what a service account did as which it acted belongs to it, too.
	Identity entitlement.IdentityID `json:"identity,omitempty"`
	// Session is the name of a role session, and Role the role's name or ARN; an
	// empty Role takes any.
	Session string `json:"session,omitempty"`
	Role    string `json:"role,omitempty"`
	// AccessKey is long-lived or that of a session.
	AccessKey entitlement.AccessKeyID `json:"access_key,omitempty"`
	// Address is a source address. What its keys did from elsewhere is left out.
	Address string `json:"address,omitempty"`

	// From and To bound the events: From <= time < To. What led to the start is
	// looked for up to 90 days before From. A zero To is now, a zero From 90
	// days before To.
	From time.Time `json:"from,omitzero"`
	To   time.Time `json:"to,omitzero"`
	// Systems narrows the events; empty is all that the caller may see.
	Systems []entitlement.SystemID `json:"systems,omitempty"`

	// Depth is how many leads may lie behind one another. Zero is 8; the most is
	// 32; a negative one follows none.
	Depth int `json:"depth,omitempty"`
	// Back is how many steps to go back, to who issued a key or created an
	// identity. Zero is 4; the most is 32; a negative one takes none.
	Back int `json:"back,omitempty"`
	// MaxEvents bounds the events. Where there are more, three quarters are the
	// earliest, and the rest is for later calls that are known by name, hand out
	// keys, pass roles or change permissions. Zero is 50,000; the most is
	// 1,000,000.
	MaxEvents int `json:"max_events,omitempty"`
	// MaxNodes bounds the nodes. Zero is 200; the least is 10, the most 5,000.
	MaxNodes int `json:"max_nodes,omitempty"`
	// EventsPerEdge bounds the ids that an edge names, the earliest first. Zero
	// is 20; the most is 1,000.
	EventsPerEdge int `json:"events_per_edge,omitempty"`
}

// lookBack is how long CloudTrail's own event history reaches, and the window
// that entitlements are judged by.
const lookBack = 90 * 24 * time.Hour

// bound is a number with a default and limits.
type bound struct {
	name             string
	value            *int
	zero, least, top int
}

func (s *Start) bounds() []bound {
	return []bound{
		{"depth", &s.Depth, 8, -1, 32},
		{"back", &s.Back, 4, -1, 32},
		{"max_events", &s.MaxEvents, 50_000, 1, 1_000_000},
		{"max_nodes", &s.MaxNodes, 200, 10, 5_000},
		{"events_per_edge", &s.EventsPerEdge, 20, 1, 1_000},
	}
}

// Validate tells what is wrong with a start, before anything is read.
func (s Start) Validate(now time.Time) error {
	_, err := s.normalise(now)
	return err
}

// normalise checks a start and fills in what it leaves open.
func (s Start) normalise(now time.Time) (Start, error) {
	s.splitSession()
	errs := []error{s.checkOne()}
	if s.Role != "" && s.Session == "" {
		errs = append(errs, errors.New("role: stands beside session only; to trace every session of a role, give the role's ARN as identity"))
	}
	if s.To.IsZero() {
		s.To = now
	}
	if s.From.IsZero() {
		s.From = s.To.Add(-lookBack)
	}
	if !s.From.Before(s.To) {
		errs = append(errs, fmt.Errorf("from: %s is not before to, %s", s.From.Format(time.RFC3339), s.To.Format(time.RFC3339)))
	}
	for _, b := range s.bounds() {
		if *b.value == 0 {
			*b.value = b.zero
		}
		if *b.value < b.least || *b.value > b.top {
			errs = append(errs, fmt.Errorf("%s: %d is not between %d and %d", b.name, *b.value, b.least, b.top))
		}
	}
	if err := errors.Join(errs...); err != nil {
		return s, fmt.Errorf("start of the trace: %w", err)
	}
	return s, nil
}

// splitSession takes the ARN of a role session apart,
// arn:aws:sts::ACCOUNT:assumed-role/ROLE/SESSION.
func (s *Start) splitSession() {
	head, rest, ok := strings.Cut(string(s.Identity), ":assumed-role/")
	if !ok || s.Session != "" {
		return
	}
	role, session, ok := strings.Cut(rest, "/")
	if !ok {
		return
	}
	s.Identity, s.Session = "", session
	s.Role = strings.Replace(head, ":sts:", ":iam:", 1) + ":role/" + role
}

func (s *Start) checkOne() error {
	var set []string
	for _, f := range []struct{ name, value string }{
		{"identity", string(s.Identity)},
		{"session", s.Session},
		{"access_key", string(s.AccessKey)},
		{"address", s.Address},
	} {
		if f.value != "" {
			set = append(set, f.name)
		}
	}
	switch len(set) {
	case 1:
		return s.checkText()
	case 0:
		return errors.New("one of identity, session, access_key and address is wanted")
	}
	return fmt.Errorf("%s: only one of them can be given; trace them one after the other", strings.Join(set, ", "))
}

func (s *Start) checkText() error {
	if _, err := netip.ParsePrefix(s.Address); err == nil {
		return fmt.Errorf("address: %s is a network; trace one of its addresses, or query the network", s.Address)
	}
	for _, f := range []struct{ name, value string }{
		{"identity", string(s.Identity)},
		{"session", s.Session},
		{"role", s.Role},
		{"access_key", string(s.AccessKey)},
		{"address", s.Address},
	} {
		if len(f.value) > maxValue {
			return fmt.Errorf("%s: has %d bytes; at most %d are taken", f.name, len(f.value), maxValue)
		}
		if !utf8.ValidString(f.value) {
			return fmt.Errorf("%s: is not UTF-8", f.name)
		}
	}
	return nil
}
