package trace

import (
	"cmp"
	"strings"

	"github.com/leastward/leastward/internal/entitlement"
)

// The bounds of lists.
const (
	maxMembers = 50
	maxCalls   = 20
)

// node returns the id of a node, which is made if it isn't there.
func (b *builder) node(kind NodeKind, value, title, subtitle, typ string) string {
	id := string(kind) + ":" + value
	if b.nodes[id] == nil {
		b.nodes[id] = &Node{ID: id, Kind: kind, Type: typ, Title: title, Subtitle: subtitle}
	}
	return id
}

// caller returns the node of who made a call: a session where there is one,
// else the identity. A record in the account of an assumed role tells less of a
// caller from another account than the caller's own does; then that one counts.
func (b *builder) caller(s *step) string {
	switch {
	case s.ByService && s.Identity == "":
		if s.InvokedBy != "" {
			return b.service(s.InvokedBy)
		}
		return b.service(s.Source)
	case s.Session != "":
		return b.sessionNode(string(s.Identity), s.Session)
	case s.AccessKey == "" && len(s.Issued) > 0 && b.issuer[s.Issued[0]] != "":
		return b.issuer[s.Issued[0]]
	case s.Identity != "":
		return b.named(b.identity(string(s.Identity)), s)
	}
	return b.node(Identity, "unknown/"+string(s.System)+"/"+s.IdentityType+"/"+s.IdentityName, "unknown identity",
		strings.TrimSpace(s.IdentityType+" "+s.IdentityName+" in "+string(s.System)), "")
}

func (b *builder) identity(arn string) string {
	typ, title := typeOf(arn, ""), nameOf(arn)
	if head, ok := strings.CutSuffix(arn, ":root"); ok {
		typ, title = "root", "root of "+head[strings.LastIndexByte(head, ':')+1:]
	}
	id := b.node(Identity, pathless(arn), title, arn, typ)
	if n := b.nodes[id]; len(arn) > len(n.Subtitle) {
		n.Subtitle = arn
	}
	return id
}

// named gives an object of Azure the name that its events have for it.
func (b *builder) named(id string, s *step) string {
	if n := b.nodes[id]; entitlement.IsGUID(n.Title) && s.IdentityName != "" {
		n.Title = s.IdentityName
	}
	return id
}

// sessionNode returns the node of a session of a role, or of a federated user.
func (b *builder) sessionNode(role, session string) string {
	of := nameOf(role)
	if isIdentity(role) {
		of = strings.TrimSpace(typeOf(role, "") + " " + of)
	}
	return b.node(Session, pathless(role)+"/"+session, session, of, "session")
}

func (b *builder) service(source string) string {
	return b.node(Service, source, service(source), source, "")
}

func (b *builder) account(s *step) string {
	return b.node(Account, string(s.System), string(s.System), string(s.Cloud), "account")
}

func (b *builder) resource(arn, typ string) string {
	return b.node(Resource, arn, nameOf(arn), arn, typ)
}

func (b *builder) longKey(k entitlement.AccessKeyID, user string) string {
	id := b.node(AccessKey, string(k), string(k), user, "access key")
	if n := b.nodes[id]; n.Subtitle == "" {
		n.Subtitle = user
	}
	return id
}

func (b *builder) temporaryKey(k entitlement.AccessKeyID) string {
	return b.node(AccessKey, string(k), string(k), "", "temporary key")
}

// key returns the node of the key that an event was made with: of its own for a
// long-lived key, for the start and for a key that a user was given in the
// graph; of all the others of a user together, as a console makes very many. The
// keys of a session are members of its node.
func (b *builder) key(s *step, caller string) string {
	k := s.AccessKey
	switch {
	case k == "":
		return ""
	case longLived(k):
		return b.longKey(k, s.IdentityName)
	case k == b.w.start.AccessKey, s.Session == "" && b.issuer[k] != "":
		return b.temporaryKey(k)
	case s.Session != "":
		b.heldBy(caller, k)
		return ""
	}
	id := b.node(Session, "temporary/"+pathless(string(s.Identity)), "temporary keys", cmp.Or(s.IdentityName, nameOf(string(s.Identity))), "temporary keys")
	return b.heldBy(id, k)
}

// heldBy notes keys as members of a node.
func (b *builder) heldBy(id string, keys ...entitlement.AccessKeyID) string {
	for _, k := range keys {
		b.member(id, string(k))
	}
	return id
}

// member notes what a node stands for, each once.
func (b *builder) member(id, m string) {
	key := [2]string{id, m}
	if b.members[key] {
		return
	}
	b.members[key] = true
	n := b.nodes[id]
	if n.MembersTotal++; len(n.Members) < maxMembers {
		n.Members = append(n.Members, m)
	}
}
