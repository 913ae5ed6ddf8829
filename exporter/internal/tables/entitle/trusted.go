package entitle

import (
	"encoding/json"
	"strings"

	"github.com/leastward/leastward/internal/entitlement"
	policy "github.com/leastward/leastward/internal/policy/aws"
)

// trusted is whom of its own account, and which services, the trust policy of a
// role may speak of. Whether they get in is for a decision to say.
type trusted struct {
	whole    bool // Any identity of the account.
	names    map[string]bool
	services []string
}

// trustedIn reads a trust policy.
func trustedIn(trust []byte, account entitlement.SystemID) trusted {
	t := trusted{names: map[string]bool{}}
	if len(trust) == 0 {
		return t
	}
	doc, _ := policy.Parse(trust)
	for i := range doc.Statements {
		if s := &doc.Statements[i]; s.Effect == policy.Allow {
			t.add(s, account)
		}
	}
	return t
}

func (t *trusted) add(s *policy.Statement, account entitlement.SystemID) {
	if s.NotPrincipal != nil {
		t.whole = true
		return
	}
	var kinds map[string]json.RawMessage
	if json.Unmarshal(s.Principal, &kinds) != nil {
		t.whole = true // A string is "*".
		return
	}
	for _, name := range texts(kinds["AWS"]) {
		t.principal(name, account)
	}
	t.services = append(t.services, texts(kinds["Service"])...)
}

func (t *trusted) principal(name string, account entitlement.SystemID) {
	parts := strings.SplitN(name, ":", arnResource+1)
	switch {
	case name == "*" || name == string(account):
		t.whole = true
	case len(parts) <= arnResource:
		t.names[name] = true // A unique id, or another account.
	case parts[4] == string(account) && parts[arnResource] == "root":
		t.whole = true
	default:
		t.names[name] = true
	}
}

// texts reads a string or a list of strings.
func texts(raw json.RawMessage) []string {
	var list []string
	if json.Unmarshal(raw, &list) == nil {
		return list
	}
	var one string
	if json.Unmarshal(raw, &one) == nil {
		return []string{one}
	}
	return nil
}
