package embedded_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/leastward/leastward/internal/auditlog/embedded"
)

// crashed leaves the mark of a process that was not closed.
func crashed(t *testing.T, dir string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, "running"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
}

// keepTimes runs a change of a file and puts its time of change back, as a disk
// does that loses what it was given.
func keepTimes(t *testing.T, path string, change func()) {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	change()
	if err := os.Chtimes(path, info.ModTime(), info.ModTime()); err != nil {
		t.Fatal(err)
	}
}

// TestDamagedPart: a part of a day is damaged in some way; the store opens, says
// so, answers from what is left, and takes the lost events again.
func TestDamagedPart(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		file   string // Of the part; "" is the part itself.
		change func([]byte) []byte
		silent bool // The time of change stays, and the process was not closed.
		want   string
	}{
		{name: "missing part", want: "no such file"},
		{name: "missing file", file: "index.bin", want: "index.bin"},
		{name: "truncated values", file: "values.bin0", change: cutHalf, want: "bytes, metadata.json says"},
		{name: "empty metadata", file: "metadata.json", change: empty, want: "metadata.json"},
		{name: "scrambled metadata", file: "metadata.json", change: scramble, want: "metadata.json"},
		{name: "scrambled metaindex", file: "metaindex.bin", change: scramble, want: "metaindex.bin"},
		{name: "scrambled values", file: "values.bin0", change: scramble, want: "checksum"},
		{name: "scrambled values after a crash", file: "values.bin0", change: scramble, silent: true, want: "checksum"},
		{name: "scrambled timestamps after a crash", file: "timestamps.bin", change: scramble, silent: true, want: "checksum"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			dir := stored(t)
			file := filepath.Join(partsOf(t, dir, 2, "datadb")[0], tt.file)
			if tt.silent {
				crashed(t, dir)
				keepTimes(t, file, func() { damage(t, file, tt.change) })
			} else {
				damage(t, file, tt.change)
			}
			var j journal
			s := open(t, embedded.Options{Dir: dir, Logger: j.logger()})
			wantText(t, j.String(), "set aside a damaged part", noon(2).Format("20060102"), "add them again from their source", tt.want)
			wantCount(t, s, "*", 10)
			if st, err := s.Stats(t.Context()); err != nil || st.Damaged != 1 {
				t.Errorf("Stats() = %+v, %v, want one damaged part", st, err)
			}
			if got := add(t, s, some(100, 2)); got.New != 100 {
				t.Errorf("added %+v, want 100 new", got)
			}
			syncNow(t, s)
			wantCount(t, s, "*", 110)
			wantCount(t, s, `{cloud="aws"}`, 110)
		})
	}
}

// damage changes a file; nil removes it.
func damage(t *testing.T, path string, change func([]byte) []byte) {
	t.Helper()
	if change == nil {
		remove(t, path)
		return
	}
	edit(t, path, change)
}

func empty([]byte) []byte { return nil }

// TestDamagedStreams: what the index of streams lost is registered again from
// the rows.
func TestDamagedStreams(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		file   string // Of the part.
		change func([]byte) []byte
	}{
		{"missing table", "..", nil},
		{"missing part", "", nil},
		{"scrambled items", "items.bin", scramble},
		{"truncated metaindex", "metaindex.bin", cutHalf},
		{"no metadata", "metadata.json", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			dir := stored(t)
			damage(t, filepath.Join(partsOf(t, dir, 2, "indexdb")[0], tt.file), tt.change)
			var j journal
			s := open(t, embedded.Options{Dir: dir, Logger: j.logger()})
			wantText(t, j.String(), "registering streams again")
			wantCount(t, s, "*", 110)
			wantCount(t, s, `{cloud="aws",system="000000000001"}`, 36)
			if got := add(t, s, some(120, 2)); got.New != 20 {
				t.Errorf("added %+v, want 20 new", got)
			}
			syncNow(t, s)
			stop(t, s)
			wantCount(t, open(t, embedded.Options{Dir: dir}), `{cloud="aws"}`, 130)
		})
	}
}

// TestDamagedLists: damage to lists, and to what lies beside the partitions,
// costs no event.
func TestDamagedLists(t *testing.T) {
	t.Parallel()
	partitions, day := filepath.Join("engine", "partitions"), noon(2).Format("20060102")
	tests := []struct {
		name   string
		file   string
		change func([]byte) []byte
	}{
		{"list of rows", filepath.Join(partitions, day, "datadb", "parts.json"), cutHalf},
		{"no list of rows", filepath.Join(partitions, day, "datadb", "parts.json"), nil},
		{"list of streams", filepath.Join(partitions, day, "indexdb", "parts.json"), func([]byte) []byte { return []byte(`["../x"]`) }},
		{"checksums", filepath.Join("checksums", day+".json"), cutHalf},
		{"no checksums", filepath.Join("checksums", day+".json"), nil},
		{"a stranger", filepath.Join(partitions, "lost+found"), empty},
		{"no day", filepath.Join(partitions, "20261399"), empty},
		{"a file for a partition", filepath.Join(partitions, noon(3).Format("20060102")), empty},
		{"what a crash left of a snapshot", filepath.Join(partitions, day, "snapshots", "x"), empty},
		{"delete tasks", filepath.Join("engine", "delete_tasks.json"), func([]byte) []byte { return []byte("[{") }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			dir := stored(t)
			file := filepath.Join(dir, tt.file)
			if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
				t.Fatal(err)
			}
			if _, err := os.Stat(file); err != nil {
				edit(t, file, nil)
			}
			damage(t, file, tt.change)
			s := open(t, embedded.Options{Dir: dir})
			wantCount(t, s, "*", 110)
			wantCount(t, s, `{cloud="aws"}`, 110)
			if got := add(t, s, some(100, 2)); got.Duplicate != 100 {
				t.Errorf("added %+v, want 100 duplicates", got)
			}
		})
	}
}

// TestDamagedState: the store does not open with a state that it does not
// understand, and says what to do.
func TestDamagedState(t *testing.T) {
	t.Parallel()
	for state, want := range map[string]string{"{": "remove it", `{"format":99}`: "format 99"} {
		dir := stored(t)
		edit(t, filepath.Join(dir, "state.json"), func([]byte) []byte { return []byte(state) })
		_, err := embedded.Open(embedded.Options{Dir: dir, Logger: quiet()})
		if err == nil {
			t.Fatalf("a store with the state %s opens", state)
		}
		wantText(t, err.Error(), dir, want)
	}
}

func remove(t *testing.T, path string) {
	t.Helper()
	if err := os.RemoveAll(path); err != nil {
		t.Fatal(err)
	}
}

// TestEmptyDay: a day all of whose events were lost does not spoil what the
// store says of its span.
func TestEmptyDay(t *testing.T) {
	t.Parallel()
	for _, lost := range []int{1, 2} {
		dir := stored(t)
		for _, part := range partsOf(t, dir, lost, "datadb") {
			remove(t, part)
		}
		s := open(t, embedded.Options{Dir: dir})
		n, first, last := 10, noon(1), noon(1).Add(9*time.Second)
		if lost == 1 {
			n, first, last = 100, noon(2), noon(2).Add(99*time.Second)
		}
		st, err := s.Stats(t.Context())
		if err != nil || st.Events != int64(n) || !st.Earliest.Equal(first) || !st.Latest.Equal(last) {
			t.Errorf("Stats() = %+v, %v, want %d events from %s to %s", st, err, n, first, last)
		}
	}
}
