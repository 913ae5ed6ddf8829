package catalog

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/zstd"

	"github.com/leastward/leastward/internal/entitlement"
)

func packed(tb testing.TB, text string) []byte {
	tb.Helper()
	zw, err := zstd.NewWriter(nil)
	if err != nil {
		tb.Fatal(err)
	}
	defer func() { _ = zw.Close() }()
	return zw.EncodeAll([]byte(text), nil)
}

func TestDecodeRejects(t *testing.T) {
	t.Parallel()
	const head = "C\taws\tv1\nS\ts3\nR\tbucket\tarn\n"
	const good = head + "A\ts3:A\tr\t\t0\n"
	for _, tt := range []struct{ text, calls, want string }{
		{"", "", "no version or no actions"},
		{head, "", "no version or no actions"},
		{"X\n", "", `line 1 of the catalogue: unknown kind "X"`},
		{head + "A\ts3:A\tr\t\n", "", `line 4 of the catalogue: action "s3:A" of service "s3" is malformed`},
		{head + "A\tec2:A\tr\t\t\n", "", `action "ec2:A" of service "s3" is malformed`},
		{head + "A\ts3:A\tq\t\t\n", "", "is malformed"},
		{head + "A\ts3:A\trl\t\t\n", "", "is malformed"},
		{head + "A\ts3:A\tr\tz\t\n", "", `unknown flag 'z'`},
		{head + "A\ts3:A\tr\t\t1\n", "", `resource type "1" is not one of 1`},
		{head + "A\ts3:A\tr\t\t-1\n", "", `resource type "-1" is not one of 1`},
		{head + "A\ts3:B\tr\t\t\nA\ts3:a\tr\t\t\n", "", `action "s3:a" is out of order`},
		{good, "prefix\tx\n", "line 1 of the call table: 2 fields"},
		{good, "#\ncall\ts3:X\ts3:Nope\n", `line 2 of the call table: action "s3:Nope" of call "s3:X"`},
		{good, "none\ts3:X\nnone\ts3:x\n", `call "s3:x" occurs twice`},
		{good, "what\ts3:X\ts3:A\n", `unknown kind "what"`},
	} {
		_, err := decode(packed(t, tt.text), tt.calls)
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("decode(%q, %q): %v, want %q", tt.text, tt.calls, err, tt.want)
		}
	}
	if _, err := decode([]byte("not zstd"), ""); err == nil {
		t.Error("decode of what is not compressed succeeds")
	}
	if _, err := decode(packed(t, good), ""); err != nil {
		t.Errorf("decode: %v", err)
	}
}

func TestCacheIsBounded(t *testing.T) {
	t.Parallel()
	c := cache[int, int]{limit: 4}
	for i := range 100 {
		c.put(i, i)
		if n := len(c.byKey); n > 4 {
			t.Fatalf("%d entries, want at most 4", n)
		}
		if v, ok := c.get(i); !ok || v != i {
			t.Fatalf("get(%d) = %d, %t", i, v, ok)
		}
	}
}

// BenchmarkMatchUncached measures the matcher itself.
func BenchmarkMatchUncached(b *testing.B) {
	c := AWS()
	for _, pattern := range []string{"*", "s3:*", "s3:get*", "s3:get?bject", "*:list*", "*e*c*t*"} {
		b.Run(pattern, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_ = c.match(pattern)
			}
		})
	}
}

func TestDecodeOfClouds(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ text, want string }{
		{"C\tazure\tv1\nS\tA\nA\tA/b/read\tr\ta\t\n", ""},
		{"C\tazure\tv1\nS\tA\nA\tA.b\tr\ta\t\n", `action "A.b" of service "A" is malformed`},
		{"C\tazure\tv1\nS\tA\nA\tA/\tr\ta\t\n", "is malformed"},
		{"C\tazure\tv1\nA\t/read\tr\ta\t\n", "is malformed"},
		{"C\tazure\tv1\nS\tA\nA\tA/" + strings.Repeat("x", maxLongName) + "\tr\t\t\n", "is malformed"},
		{"C\tgcp\tv1\nS\ta\nA\ta.b.get\tr\t\t\nA\ta.googleapis.com/c.get\tr\t\t\n", ""},
		{"C\tgcp\tv1\nS\ta\nA\ta:b\tr\t\t\n", "is malformed"},
		{"C\tgcp\tv1\nS\ta\nA\ta." + strings.Repeat("x", maxName) + "\tr\t\t\n", "is malformed"},
	} {
		_, err := decode(packed(t, tt.text), "")
		if tt.want == "" && err != nil || tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)) {
			t.Errorf("decode(%.80q): %v, want %q", tt.text, err, tt.want)
		}
	}
}

func TestDecodeRolesRejects(t *testing.T) {
	t.Parallel()
	c, err := decode(packed(t, "C\tgcp\tv1\nS\ta\nA\ta.b.get\tr\t\t\nA\ta.b.list\tl\t\t\nA\ta.c.get\tr\t\t\n"), "")
	if err != nil {
		t.Fatal(err)
	}
	const head = "C\tgcp\tv1\n"
	for _, tt := range []struct{ text, want string }{
		{head + "R\troles/a\tA\tGA\t0+1,0\nR\troles/b\tB\tGA\t\n", ""},
		{head, "at least one role"},
		{"C\tgcp\tv0\nR\tr\tA\tGA\t0\n", `the role table is of "gcp\tv0", want "gcp\tv1"`},
		{"C\tazure\tv1\nR\tr\tA\tGA\t0\n", `want "gcp\tv1"`},
		{head + "R\tr\tA\tGA\n", "line 2 of the role table: role \"r\" has 3 fields"},
		{head + "R\tb\tA\tGA\t0\nR\ta\tA\tGA\t0\n", `role "a" is out of order`},
		{head + "R\ta\tA\tGA\t3\n", `role "a": permissions "3" are not a range of 3`},
		{head + "R\ta\tA\tGA\t0+3\n", "are not a range of 3"},
		{head + "R\ta\tA\tGA\t0,-1\n", "are not a range of 3"},
		{head + "R\ta\tA\tGA\t0+-1\n", "are not a range of 3"},
		{head + "R\ta\tA\tGA\t!\n", "are not a range of 3"},
		{head + "R\ta\tA\tGA\t0+zzzzzz\n", "are not a range of 3"},
		{head + "B\t\n", `kind "B" comes before the first role`},
		{head + "R\ta\tA\tGA\t0\n?\tx\n", `unknown kind "?"`},
	} {
		_, err := decodeRoles(packed(t, tt.text), c)
		if tt.want == "" && err != nil || tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)) {
			t.Errorf("decodeRoles(%q): %v, want %q", tt.text, err, tt.want)
		}
	}
	if _, err := decodeRoles([]byte("not zstd"), c); err == nil {
		t.Error("decodeRoles of what is not compressed succeeds")
	}
}

func TestDecodeRolesOfAzure(t *testing.T) {
	t.Parallel()
	c, err := decode(packed(t, "C\tazure\tv1\nS\tA\nA\tA/b/read\tr\t\t\n"), "")
	if err != nil {
		t.Fatal(err)
	}
	roles, err := decodeRoles(packed(t, "C\tazure\tv1\nR\t0\tReader\t\t\nB\tif so\n+\t*/read\n-\tA/x\nd\tA/y\nn\tA/z\nB\t\n"), c)
	if err != nil {
		t.Fatal(err)
	}
	want := []entitlement.RoleDefinition{{
		ID: "0", Name: "Reader", Managed: true, AssignableScopes: []entitlement.ResourceID{"/"},
		Blocks: []entitlement.PermissionBlock{
			{Condition: "if so", Actions: []string{"*/read"}, NotActions: []string{"A/x"}, DataActions: []string{"A/y"}, NotDataActions: []string{"A/z"}},
			{},
		},
	}}
	if diff := cmp.Diff(want, roles); diff != "" {
		t.Errorf("roles (-want +got):\n%s", diff)
	}
	for _, text := range []string{"C\tazure\tv1\nR\t0\tReader\t\t\n+\t*\n", "C\tazure\tv1\n+\t*\n"} {
		if _, err := decodeRoles(packed(t, text), c); err == nil {
			t.Errorf("decodeRoles(%q) succeeds", text)
		}
	}
}

// The hand-kept calls are checked when the catalogues are decoded; where both
// know one, the hand-kept one stands.
func TestMethodsGiveWay(t *testing.T) {
	t.Parallel()
	c, err := decode(packed(t, "C\tgcp\tv1\nS\ta\nA\ta.b.get\tr\t\t\nA\ta.b.list\tl\t\t\n"), "call\ta.x\ta.b.get\n")
	if err != nil {
		t.Fatal(err)
	}
	if err := c.addMethods(packed(t, "call\ta.x\ta.b.list\ncall\ta.y\ta.b.list\n")); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"a.x": "a.b.get", "a.y": "a.b.list"} {
		actions, mapping := c.Permissions(Call{Name: name})
		if mapping != Mapped || string(c.infos[actions[0]].Action) != want {
			t.Errorf("%s is %s %v, want %s", name, mapping, actions, want)
		}
	}
	for _, table := range [][]byte{[]byte("not zstd"), packed(t, "call\ta.z\tnope\n")} {
		if err := c.addMethods(table); err == nil {
			t.Errorf("addMethods(%q) succeeds", table)
		}
	}
}

func BenchmarkDecode(b *testing.B) {
	for name, f := range map[string]func() error{
		"azure": func() error { _, err := decode(azureActions, azureCalls); return err },
		"gcp": func() error {
			c, err := decode(gcpActions, gcpCalls)
			if err != nil {
				return err
			}
			return c.addMethods(gcpMethods)
		},
		"aws":         func() error { _, err := decode(awsActions, awsCalls); return err },
		"roles_azure": func() error { _, err := decodeRoles(azureRoleTable, Azure()); return err },
		"roles_gcp":   func() error { _, err := decodeRoles(gcpRoleTable, GCP()); return err },
	} {
		b.Run(name, func(b *testing.B) {
			_ = f() // What it rests on is decoded.
			b.ReportAllocs()
			for b.Loop() {
				if err := f(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// Patterns of Azure hold stars anywhere. A set is kept once it is made; this is
// how long making it takes.
func BenchmarkMake(b *testing.B) {
	c := Azure()
	for _, pattern := range []string{"*/read", "microsoft.storage/*", "microsoft.*/list*/action"} {
		b.Run(pattern, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_ = c.match(pattern)
			}
		})
	}
}
