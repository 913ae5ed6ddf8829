package embedded_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/leastward/leastward/internal/auditlog/embedded"
	"github.com/leastward/leastward/internal/testkit"
)

// damagedLongAgo returns a store of a process that was not closed, with a part
// that was written an hour before and whose contents changed without a trace.
func damagedLongAgo(t *testing.T) string {
	t.Helper()
	dir := stored(t)
	part := partsOf(t, dir, 2, "datadb")[0]
	files, err := filepath.Glob(filepath.Join(part, "*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		at := time.Now().Add(-time.Hour)
		if err := os.Chtimes(file, at, at); err != nil {
			t.Fatal(err)
		}
	}
	stop(t, open(t, embedded.Options{Dir: dir})) // It looks as it is known to look.
	values := filepath.Join(part, "values.bin0")
	keepTimes(t, values, func() { edit(t, values, scramble) })
	crashed(t, dir)
	return dir
}

// TestVerifiedLater: what was written long before a crash is read while the store
// is in use; what is damaged is set aside by the next Open.
func TestVerifiedLater(t *testing.T) {
	t.Parallel()
	dir := damagedLongAgo(t)
	var j journal
	s := open(t, embedded.Options{Dir: dir, Logger: j.logger()})
	testkit.Eventually(t, 20*time.Second, "the damaged part is found", func() bool {
		_, err := os.Stat(filepath.Join(dir, "unverified"))
		return os.IsNotExist(err)
	})
	wantText(t, j.String(), "are damaged", "datadb/", noon(2).Format("20060102"))
	wantCount(t, s, "*", 110) // Their values were not read yet.
	stop(t, s)
	var again journal
	s = open(t, embedded.Options{Dir: dir, Logger: again.logger()})
	wantText(t, again.String(), "set aside a damaged part", "checksum")
	wantCount(t, s, "*", 10)
	if got := add(t, s, some(100, 2)); got.New != 100 {
		t.Errorf("added %+v, want 100 new", got)
	}
}

// TestCrashedTwice: a crash before everything was verified may be the work of
// damage, so everything is read before the engine opens it.
func TestCrashedTwice(t *testing.T) {
	t.Parallel()
	dir := damagedLongAgo(t)
	edit(t, filepath.Join(dir, "unverified"), nil)
	var j journal
	s := open(t, embedded.Options{Dir: dir, Logger: j.logger()})
	wantText(t, j.String(), "set aside a damaged part", "checksum")
	wantCount(t, s, "*", 10)
	if _, err := os.Stat(filepath.Join(dir, "unverified")); !os.IsNotExist(err) {
		t.Errorf("the store still counts as not verified: %v", err)
	}
}

// TestTemporaryFiles: what a crash left of files that were being written goes.
func TestTemporaryFiles(t *testing.T) {
	t.Parallel()
	dir := stored(t)
	crashed(t, dir)
	for _, name := range []string{"state.json.new-17", "running.new-1", filepath.Join("checksums", "20260102.json.new-4")} {
		edit(t, filepath.Join(dir, name), nil)
	}
	open(t, embedded.Options{Dir: dir})
	for _, pattern := range []string{"*.new-*", filepath.Join("*", "*.new-*")} {
		if left, err := filepath.Glob(filepath.Join(dir, pattern)); len(left) > 0 || err != nil {
			t.Errorf("%v are left, %v", left, err)
		}
	}
}
