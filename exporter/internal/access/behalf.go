package access

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"unicode"
	"unicode/utf8"
)

// UserHeader names the user for whom a program asks that has a token with
// OnBehalf.
const UserHeader = "X-Leastward-User"

// maxUser bounds a user's name, in bytes.
const maxUser = 200

// ErrUser tells that the header [UserHeader] is not right, or not for this
// caller. The text that wraps it is for the asker.
var ErrUser = errors.New("the header " + UserHeader)

// onBehalf returns the caller as asking for the user that the request names, if
// it names one: under a name that says both, which nobody else can have, for
// the names of tokens have no spaces. Role and systems stay the caller's.
func (c *Caller) onBehalf(r *http.Request, may bool) (*Caller, error) {
	values := r.Header.Values(UserHeader)
	switch {
	case len(values) == 0:
		return c, nil
	case !may:
		return nil, fmt.Errorf("%w is for tokens with on_behalf: true alone; leave it out, or set that in api.tokens", ErrUser)
	case len(values) > 1:
		return nil, fmt.Errorf("%w stands %d times; give it once", ErrUser, len(values))
	}
	if err := checkUser(values[0]); err != nil {
		return nil, fmt.Errorf("%w %w", ErrUser, err)
	}
	behalf := *c
	behalf.Name = values[0] + " via " + c.Name
	return &behalf, nil
}

func checkUser(name string) error {
	switch {
	case name == "":
		return errors.New("is empty; give the user's name, or leave the header out")
	case len(name) > maxUser:
		return fmt.Errorf("has %d bytes; at most %d", len(name), maxUser)
	case !utf8.ValidString(name):
		return errors.New("is not UTF-8")
	case strings.TrimSpace(name) != name:
		return errors.New("begins or ends with a space")
	case strings.ContainsFunc(name, func(r rune) bool { return !unicode.IsPrint(r) }):
		return errors.New("has characters that do not print")
	}
	return nil
}
