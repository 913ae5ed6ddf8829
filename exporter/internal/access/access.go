// Package access says who asks the API and what they may see and do.
package access

import (
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"net/http"
	"strings"

	"github.com/leastward/leastward/internal/config"
	"github.com/leastward/leastward/internal/entitlement"
)

// TokenHeader carries a token where the listener's own authentication takes
// the header Authorization.
const TokenHeader = "X-Leastward-Token"

// maxToken bounds what is looked at of a request's token, in bytes.
const maxToken = 1024

// The errors that callers tell apart. Their texts are for the asker.
var (
	// ErrWho: the request does not say who asks, or says it wrongly.
	ErrWho = errors.New("say who asks: give a token of api.tokens as `Authorization: Bearer …` or in the header " +
		TokenHeader + ", or log in as a user of api.users")
	// ErrToken: the token is none that is configured.
	ErrToken = errors.New("the token is not one of api.tokens")
	// ErrUnnamed: nobody is configured, and what is asked for needs a name.
	ErrUnnamed = errors.New("writing needs a caller with a name; configure api.tokens or api.users of the exporter")
)

// Role is what a caller may do.
type Role string

// The roles.
const (
	Viewer     Role = "viewer"
	Requestor  Role = "requestor"
	Approver   Role = "approver"
	Controller Role = "controller"
	Admin      Role = "admin"
)

// Grant is what one caller may do, and of which systems.
type Grant struct {
	Name string
	Role Role
	// Systems and the systems of Folders are what the caller sees; without
	// either it is everything.
	Systems []entitlement.SystemID
	Folders []string
}

// Options says who there is.
type Options struct {
	Tokens []Token
	Users  []Grant // By the name that the listener authenticated.
	// Anonymous lets those who do not say who they are read everything.
	Anonymous bool
	// Folders returns the systems of a folder, as they are configured now.
	Folders func(string) []entitlement.SystemID
	// Verified reports whether the listener authenticated the user of that
	// name, so that the name is true. Nil: never.
	Verified func(user string) bool
}

// Token is a secret and what it opens.
type Token struct {
	Secret config.Secret
	// OnBehalf lets whoever has it name the user that it asks for, in the header
	// [UserHeader].
	OnBehalf bool
	Grant
}

// Guard knows the callers. It is safe for concurrent use.
type Guard struct {
	options Options
	hashes  [][sha256.Size]byte // Of Options.Tokens.
}

// New returns a guard.
func New(o Options) *Guard {
	g := &Guard{options: o}
	for _, t := range o.Tokens {
		g.hashes = append(g.hashes, sha256.Sum256([]byte(t.Secret.Reveal())))
	}
	return g
}

// Open reports whether nobody is configured: whoever asks may read.
func (g *Guard) Open() bool { return len(g.options.Tokens) == 0 && len(g.options.Users) == 0 }

// Caller returns who asks. The error is [ErrWho], [ErrToken] or [ErrUser].
func (g *Guard) Caller(r *http.Request) (*Caller, error) {
	caller, may, err := g.identify(r)
	if err != nil {
		return nil, err
	}
	return caller.onBehalf(r, may)
}

// identify returns who asks, and whether it may do so for somebody else.
func (g *Guard) identify(r *http.Request) (c *Caller, behalf bool, err error) {
	if g.Open() {
		return &Caller{folders: g.options.Folders}, false, nil
	}
	if token, ok := bearer(r); ok {
		if i := g.find(token); i >= 0 {
			return g.caller(g.options.Tokens[i].Grant), g.options.Tokens[i].OnBehalf, nil
		}
		return nil, false, ErrToken
	}
	caller, err := g.user(r)
	if err != nil && g.options.Anonymous {
		return &Caller{folders: g.options.Folders}, false, nil
	}
	return caller, false, err
}

// user returns the caller that the listener authenticated.
func (g *Guard) user(r *http.Request) (*Caller, error) {
	name, _, ok := r.BasicAuth()
	if !ok || g.options.Verified == nil || !g.options.Verified(name) {
		return nil, ErrWho
	}
	for i := range g.options.Users {
		if g.options.Users[i].Name == name {
			return g.caller(g.options.Users[i]), nil
		}
	}
	return nil, ErrWho
}

func (g *Guard) caller(grant Grant) *Caller {
	return &Caller{Grant: grant, folders: g.options.Folders}
}

// find returns the index of a token, -1 if there is none such. It takes as
// long for a wrong one as for a right one.
func (g *Guard) find(token string) int {
	hash, found := sha256.Sum256([]byte(token)), -1
	for i := range g.hashes {
		if subtle.ConstantTimeCompare(hash[:], g.hashes[i][:]) == 1 {
			found = i
		}
	}
	return found
}

// bearer returns the token of a request that has one.
func bearer(r *http.Request) (string, bool) {
	if values := r.Header.Values(TokenHeader); len(values) > 0 {
		return one(values)
	}
	header := r.Header.Values("Authorization")
	if len(header) == 0 {
		return "", false
	}
	scheme, token, _ := strings.Cut(header[0], " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return "", false
	}
	if len(header) > 1 {
		return "", true // Which of them is meant?
	}
	return one([]string{strings.TrimSpace(token)})
}

// one returns the only value. One that is too long, or several, are a token
// that is not right.
func one(values []string) (string, bool) {
	if len(values) > 1 || len(values[0]) > maxToken {
		return "", true
	}
	return values[0], true
}
