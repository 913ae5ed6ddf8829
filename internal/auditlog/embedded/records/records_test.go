package records_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/leastward/leastward/internal/auditlog/embedded/records"
)

func open(tb testing.TB, o records.Options) *records.Log {
	tb.Helper()
	if o.Dir == "" {
		o.Dir = tb.TempDir()
	}
	l, err := records.Open(o)
	if err != nil {
		tb.Fatal(err)
	}
	return l
}

func add(tb testing.TB, l *records.Log, day int64, recs [][]byte) []records.Located {
	tb.Helper()
	refs, err := l.Append(day, recs, nil)
	if err != nil {
		tb.Fatal(err)
	}
	out := make([]records.Located, len(refs))
	for i, r := range refs {
		out[i] = records.Located{Day: day, Ref: r}
	}
	return out
}

// TestRoundTrip: what was appended is read, byte for byte, whatever the sizes of
// records, chunks, files and cache, and after a restart.
func TestRoundTrip(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	n := 0
	rapid.Check(t, func(rt *rapid.T) {
		n++
		o := records.Options{
			Dir:        filepath.Join(root, fmt.Sprint(n)),
			ChunkBytes: rapid.IntRange(1, 5000).Draw(rt, "chunk"),
			FileBytes:  rapid.Int64Range(1, 5000).Draw(rt, "file"),
			CacheBytes: rapid.Int64Range(1, 50_000).Draw(rt, "cache"),
		}
		l := open(t, o)
		var where []records.Located
		var want [][]byte
		for range rapid.IntRange(1, 5).Draw(rt, "appends") {
			recs := rapid.SliceOfN(rapid.SliceOfN(rapid.Byte(), 0, 300), 0, 40).Draw(rt, "records")
			where = append(where, add(t, l, rapid.Int64Range(20_000, 20_002).Draw(rt, "day"), recs)...)
			want = append(want, recs...)
			if rapid.Bool().Draw(rt, "restart") {
				l = open(t, o)
			}
		}
		order := rapid.Permutation(indexes(len(where))).Draw(rt, "order")
		for range 2 {
			wantRecords(rt, l, where, want, order)
		}
	})
}

func indexes(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = i
	}
	return out
}

func wantRecords(t *rapid.T, l *records.Log, where []records.Located, want [][]byte, order []int) {
	mixed := make([]records.Located, len(order))
	for i, n := range order {
		mixed[i] = where[n]
	}
	got, err := l.Read(mixed)
	if err != nil {
		t.Fatal(err)
	}
	for i, n := range order {
		if got[i] == nil || !bytes.Equal(got[i], want[n]) {
			t.Fatalf("record %d is %q, want %q", n, got[i], want[n])
		}
	}
}

// TestDrop: a day that was dropped is gone and can begin anew.
func TestDrop(t *testing.T) {
	t.Parallel()
	l := open(t, records.Options{})
	where := add(t, l, 20_000, [][]byte{[]byte("old")})
	add(t, l, 20_001, [][]byte{[]byte("other")})
	before := l.Bytes()
	if err := l.Drop(20_000); err != nil {
		t.Fatal(err)
	}
	if days, err := l.Days(); err != nil || len(days) != 1 || days[0] != 20_001 {
		t.Errorf("Days() = %v, %v, want 20001", days, err)
	}
	if l.Bytes() >= before {
		t.Errorf("%d bytes after a day was dropped, %d before", l.Bytes(), before)
	}
	var damaged *records.DamagedError
	if _, err := l.Read(where); !errors.As(err, &damaged) || !strings.Contains(err.Error(), "missing") {
		t.Errorf("reading what was dropped: %v, want a DamagedError", err)
	}
	add(t, l, 20_000, [][]byte{[]byte("new")})
}

// FuzzDamage: whatever happens to a file of records, reading ends with what was
// written or an error, and what is appended afterwards is read.
func FuzzDamage(f *testing.F) {
	f.Add(0, 1, byte(0))
	f.Add(3, 2, byte(0xff))
	f.Add(12, 1, byte(0x7f))
	f.Add(40, 100, byte(1))
	f.Fuzz(func(t *testing.T, at, cut int, value byte) {
		dir := t.TempDir()
		first := []byte(strings.Repeat("the first record ", 10))
		where := add(t, open(t, records.Options{Dir: dir}), 20_000, [][]byte{first, []byte("the second")})
		path := filepath.Join(dir, "20241004", "0.zst")
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		damaged := bytes.Clone(b)
		damaged[abs(at)%len(b)] = value
		damaged = damaged[:len(b)-abs(cut)%len(b)]
		if err := os.WriteFile(path, damaged, 0o600); err != nil {
			t.Fatal(err)
		}
		l := open(t, records.Options{Dir: dir})
		later := add(t, l, 20_000, [][]byte{[]byte("later")})
		if got, err := l.Read(where[:1]); err == nil && !bytes.Equal(got[0], first) {
			t.Errorf("read %q without an error, want %q", got[0], first)
		}
		if got, err := l.Read(later); err != nil || string(got[0]) != "later" {
			t.Errorf("what was appended after the damage: %q, %v", got, err)
		}
	})
}

func abs(n int) int {
	if n < 0 {
		return -(n + 1)
	}
	return n
}

// BenchmarkAppend appends 1,000 records of 1.5 KB, synced.
func BenchmarkAppend(b *testing.B) {
	b.ReportAllocs()
	l := open(b, records.Options{})
	var recs [][]byte
	for i := range 1000 {
		recs = append(recs, fmt.Appendf(nil, `{"eventID":"%d","filler":%q}`, i, strings.Repeat(fmt.Sprint(i*i), 1450/len(fmt.Sprint(i*i)))))
	}
	b.SetBytes(1000 * 1500)
	var refs []records.Ref
	for b.Loop() {
		var err error
		if refs, err = l.Append(20_000, recs, refs[:0]); err != nil {
			b.Fatal(err)
		}
	}
}
