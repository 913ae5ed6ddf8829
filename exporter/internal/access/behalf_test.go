package access_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/leastward/leastward/exporter/internal/access"
	"github.com/leastward/leastward/internal/entitlement"
)

// behalfGuard has one token that may ask for others, one that may not, and a
// user by the name of ana.
func behalfGuard() *access.Guard {
	return access.New(access.Options{
		Tokens: []access.Token{
			{Secret: secret, OnBehalf: true, Grant: access.Grant{Name: "grafana", Role: access.Viewer, Systems: []entitlement.SystemID{"1"}}},
			{Secret: secret + "4", Grant: access.Grant{Name: "plain", Role: access.Admin}},
		},
		Users: []access.Grant{{Name: "ana", Role: access.Admin}}, Anonymous: true, Folders: folders,
		Verified: func(user string) bool { return user == "ana" },
	})
}

func ask(t interface{ Helper() }, g *access.Guard, authorization string, user ...string) (*access.Caller, error) {
	t.Helper()
	r := httptest.NewRequest(http.MethodGet, "/", http.NoBody) //nolint:noctx // It goes nowhere.
	if authorization != "" {
		r.Header.Set("Authorization", authorization)
	}
	r.Header[access.UserHeader] = user
	return g.Caller(r)
}

func TestOnBehalf(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		authorization string
		user          []string
		want, problem string
	}{
		"nobody named":        {"Bearer " + secret, nil, "grafana", ""},
		"named":               {"Bearer " + secret, []string{"ana"}, "ana via grafana", ""},
		"with spaces":         {"Bearer " + secret, []string{"Ana Maria Ñuñez"}, "Ana Maria Ñuñez via grafana", ""},
		"an address":          {"Bearer " + secret, []string{"ana@example.com"}, "ana@example.com via grafana", ""},
		"longest":             {"Bearer " + secret, []string{strings.Repeat("a", 200)}, strings.Repeat("a", 200) + " via grafana", ""},
		"too long":            {"Bearer " + secret, []string{strings.Repeat("a", 201)}, "", "201 bytes"},
		"empty":               {"Bearer " + secret, []string{""}, "", "is empty"},
		"space at the end":    {"Bearer " + secret, []string{"ana "}, "", "space"},
		"line end":            {"Bearer " + secret, []string{"ana\nben"}, "", "do not print"},
		"other direction":     {"Bearer " + secret, []string{"ana\u202enab"}, "", "do not print"},
		"no UTF-8":            {"Bearer " + secret, []string{"\xff"}, "", "UTF-8"},
		"two":                 {"Bearer " + secret, []string{"ana", "ben"}, "", "2 times"},
		"token that may not":  {"Bearer " + secret + "4", []string{"ana"}, "", "on_behalf: true"},
		"user that may not":   {basic("ana"), []string{"ben"}, "", "on_behalf: true"},
		"nobody that may not": {"", []string{"ana"}, "", "on_behalf: true"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, err := ask(t, behalfGuard(), tc.authorization, tc.user...)
			if tc.problem == "" {
				if err != nil || c.Name != tc.want {
					t.Errorf("Caller = %+v, %v; want %q", c, err, tc.want)
				}
				return
			}
			if !errors.Is(err, access.ErrUser) || !strings.Contains(err.Error(), tc.problem) || c != nil {
				t.Errorf("Caller = %+v, %v; want one about %q", c, err, tc.problem)
			}
		})
	}
	if _, err := ask(t, behalfGuard(), "Bearer wrong", "ana"); !errors.Is(err, access.ErrToken) {
		t.Errorf("a wrong token with a user: %v", err)
	}
	if _, err := ask(t, access.New(access.Options{}), "", "ana"); !errors.Is(err, access.ErrUser) {
		t.Errorf("a user of nobody: %v", err)
	}
}

// Whatever stands in the header, role and systems stay the token's, and the name
// is never that of somebody who is configured, nor that of another user.
func TestOnBehalfGivesNothing(t *testing.T) {
	t.Parallel()
	g := behalfGuard()
	rapid.Check(t, func(t *rapid.T) {
		user := rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"ana", "plain", "grafana", "ana via grafana", "x via y"})).Draw(t, "user")
		c, err := ask(t, g, "Bearer "+secret, user)
		if err != nil {
			if !errors.Is(err, access.ErrUser) || c != nil {
				t.Fatalf("Caller(%q) = %+v, %v", user, c, err)
			}
			return
		}
		if c.Role != access.Viewer || !slices.Equal(*c.Systems(), []entitlement.SystemID{"1"}) || c.Admin() || c.Appends() {
			t.Fatalf("%q may more than its token: %+v", user, c)
		}
		if said, ok := strings.CutSuffix(c.Name, " via grafana"); !ok || said != user {
			t.Fatalf("the name of %q is %q", user, c.Name)
		}
	})
}
