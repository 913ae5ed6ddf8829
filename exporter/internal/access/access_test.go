package access_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/leastward/leastward/exporter/internal/access"
	"github.com/leastward/leastward/internal/entitlement"
)

const secret = "0123456789abcdef0123"

func folders(name string) []entitlement.SystemID {
	return map[string][]entitlement.SystemID{"prod": {"2", "1"}, "test": {"3"}}[name]
}

func guard() *access.Guard {
	return access.New(access.Options{
		Tokens: []access.Token{
			{Secret: secret, Grant: access.Grant{Name: "grafana", Role: access.Viewer, Folders: []string{"prod"}}},
			{Secret: secret + "4", Grant: access.Grant{Name: "remediator", Role: access.Controller, Systems: []entitlement.SystemID{"9", "1"}, Folders: []string{"prod"}}},
		},
		Users:    []access.Grant{{Name: "ana", Role: access.Admin}},
		Folders:  folders,
		Verified: func(user string) bool { return user == "ana" || user == "ben" },
	})
}

func TestCaller(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		set  func(h http.Header)
		want string
		err  error
	}{
		"nothing":               {func(http.Header) {}, "", access.ErrWho},
		"bearer":                {func(h http.Header) { h.Set("Authorization", "Bearer "+secret) }, "grafana", nil},
		"scheme in small":       {func(h http.Header) { h.Set("Authorization", "bearer "+secret) }, "grafana", nil},
		"the second token":      {func(h http.Header) { h.Set("Authorization", "Bearer "+secret+"4") }, "remediator", nil},
		"own header":            {func(h http.Header) { h.Set(access.TokenHeader, secret) }, "grafana", nil},
		"own header over basic": {func(h http.Header) { h.Set("Authorization", basic("ana")); h.Set(access.TokenHeader, secret) }, "grafana", nil},
		"wrong beside a right login": {func(h http.Header) {
			h.Set("Authorization", basic("ana"))
			h.Set(access.TokenHeader, "wrong")
		}, "", access.ErrToken},
		"wrong":            {func(h http.Header) { h.Set("Authorization", "Bearer "+secret+"5") }, "", access.ErrToken},
		"part":             {func(h http.Header) { h.Set("Authorization", "Bearer "+secret[:19]) }, "", access.ErrToken},
		"empty":            {func(h http.Header) { h.Set("Authorization", "Bearer") }, "", access.ErrToken},
		"empty own header": {func(h http.Header) { h.Set(access.TokenHeader, "") }, "", access.ErrToken},
		"huge":             {func(h http.Header) { h.Set("Authorization", "Bearer "+strings.Repeat("x", 1<<20)) }, "", access.ErrToken},
		"two": {func(h http.Header) {
			h.Add("Authorization", "Bearer "+secret)
			h.Add("Authorization", "Bearer "+secret+"4")
		}, "", access.ErrToken},
		"user":           {func(h http.Header) { h.Set("Authorization", basic("ana")) }, "ana", nil},
		"user unknown":   {func(h http.Header) { h.Set("Authorization", basic("ben")) }, "", access.ErrWho},
		"user untrusted": {func(h http.Header) { h.Set("Authorization", basic("eve")) }, "", access.ErrWho},
		"digest":         {func(h http.Header) { h.Set("Authorization", "Digest "+secret) }, "", access.ErrWho},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", http.NoBody)
			tc.set(r.Header)
			c, err := guard().Caller(r)
			if !errors.Is(err, tc.err) || (err == nil && c.Name != tc.want) || (err != nil && c != nil) {
				t.Errorf("Caller = %+v, %v; want %q, %v", c, err, tc.want, tc.err)
			}
			if err != nil && strings.Contains(err.Error(), secret) {
				t.Error("the error shows the token")
			}
		})
	}
}

func basic(user string) string {
	r := http.Request{Header: http.Header{}}
	r.SetBasicAuth(user, "password")
	return r.Header.Get("Authorization")
}

// Nobody is trusted on the word of a header alone.
func TestUserWithoutListenerAuthentication(t *testing.T) {
	t.Parallel()
	g := access.New(access.Options{Users: []access.Grant{{Name: "ana", Role: access.Admin}}})
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", http.NoBody)
	r.SetBasicAuth("ana", "password")
	if c, err := g.Caller(r); !errors.Is(err, access.ErrWho) {
		t.Errorf("Caller = %+v, %v; want ErrWho", c, err)
	}
}

// Who says nothing may read where that is configured; who says something wrong
// may not.
func TestAnonymous(t *testing.T) {
	t.Parallel()
	g := access.New(access.Options{
		Tokens: []access.Token{{Secret: secret, Grant: access.Grant{Name: "grafana", Role: access.Admin}}}, Anonymous: true,
	})
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", http.NoBody)
	if c, err := g.Caller(r); err != nil || c.Named() || c.Admin() || c.Systems() != nil {
		t.Errorf("Caller = %+v, %v", c, err)
	}
	r.Header.Set(access.TokenHeader, "wrong")
	if c, err := g.Caller(r); !errors.Is(err, access.ErrToken) {
		t.Errorf("Caller with a wrong token = %+v, %v", c, err)
	}
	r.Header.Set(access.TokenHeader, secret)
	if c, err := g.Caller(r); err != nil || c.Name != "grafana" {
		t.Errorf("Caller with a token = %+v, %v", c, err)
	}
}

func TestVerified(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "web.yml")
	check := access.Verified(file)
	for _, step := range []struct {
		text string
		want bool
	}{
		{"", false},
		{"basic_auth_users: {ana: hash}", true},
		{"basic_auth_users: {ben: hash}", false},
		{"tls_server_config: {client_auth_type: RequireAnyClientCert}", false},
		{"basic_auth_users: [", false},
	} {
		if err := os.WriteFile(file, []byte(step.text), 0o600); err != nil {
			t.Fatal(err)
		}
		if got := check("ana"); got != step.want {
			t.Errorf("%q: verified = %t, want %t", step.text, got, step.want)
		}
	}
	if access.Verified("")("ana") || access.Verified(file+".absent")("ana") {
		t.Error("verified without a file")
	}
}

func TestOpen(t *testing.T) {
	t.Parallel()
	g := access.New(access.Options{})
	c, err := g.Caller(httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", http.NoBody))
	if err != nil || c.Systems() != nil || c.Named() || c.Admin() || c.Appends() || !c.Sees("1") {
		t.Errorf("Caller of an open API = %+v, %v", c, err)
	}
}

func TestRights(t *testing.T) {
	t.Parallel()
	for role, want := range map[access.Role][2]bool{
		access.Viewer: {}, access.Requestor: {}, access.Approver: {}, access.Controller: {true, false}, access.Admin: {true, true},
	} {
		c := access.Caller{Grant: access.Grant{Name: "x", Role: role}}
		if got := [2]bool{c.Appends(), c.Admin()}; got != want {
			t.Errorf("%s: appends, admin = %v, want %v", role, got, want)
		}
	}
}

// A caller sees exactly its systems and those of its folders; a folder that is
// empty now shows nothing, rather than everything.
func TestScope(t *testing.T) {
	t.Parallel()
	ids := rapid.SampledFrom([]string{"1", "2", "3", "4", "platform"})
	rapid.Check(t, func(t *rapid.T) {
		grant := access.Grant{Name: "x", Role: access.Viewer, Folders: rapid.SliceOfN(rapid.SampledFrom([]string{"prod", "test", "gone"}), 0, 3).Draw(t, "folders")}
		want := map[entitlement.SystemID]bool{}
		for _, id := range rapid.SliceOfN(ids, 0, 3).Draw(t, "systems") {
			grant.Systems = append(grant.Systems, entitlement.SystemID(id))
			want[entitlement.SystemID(id)] = true
		}
		for _, f := range grant.Folders {
			for _, id := range folders(f) {
				want[id] = true
			}
		}
		token := access.Token{Secret: secret, Grant: grant}
		g := access.New(access.Options{Tokens: []access.Token{token}, Folders: folders})
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", http.NoBody)
		r.Header.Set(access.TokenHeader, secret)
		c, err := g.Caller(r)
		if err != nil {
			t.Fatal(err)
		}
		all := len(grant.Systems) == 0 && len(grant.Folders) == 0
		if all != (c.Systems() == nil) {
			t.Fatalf("Systems = %v, want all: %t", c.Systems(), all)
		}
		for _, id := range []entitlement.SystemID{"1", "2", "3", "4", "platform"} {
			if c.Sees(id) != (all || want[id]) {
				t.Errorf("%+v sees %s: %t", grant, id, c.Sees(id))
			}
		}
		if !all && !slices.IsSorted(*c.Systems()) {
			t.Errorf("Systems = %v", *c.Systems())
		}
	})
}
