package catalog

import (
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"
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

func BenchmarkDecode(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := decode(awsActions, awsCalls); err != nil {
			b.Fatal(err)
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
