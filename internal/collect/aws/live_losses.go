package aws

import (
	"context"
	"fmt"
	"sync"

	"github.com/leastward/leastward/internal/entitlement"
)

// losses collects what of a folder wasn't read, so that a thousand refused
// files make one problem and not a thousand.
type losses struct {
	mu        sync.Mutex // Guards the fields below while files are read.
	unread    loss       // Couldn't be fetched; tried again.
	gone      loss       // Deleted between listing and reading.
	missing   []logFile  // Are not there; of a listing they are gone, of a message not there yet.
	foreign   loss       // Not named as a trail names its files.
	refused   int
	succeeded int
	stopped   bool
}

// loss is a number of files with the first of them.
type loss struct {
	count int
	key   string
	err   error
}

func (l *loss) add(key string) {
	if l.count == 0 {
		l.key = key
	}
	l.count++
}

func (l *losses) add(kind *loss, key string, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	kind.add(key)
	if kind.err == nil {
		kind.err = err
	}
	if isRefused(err) {
		l.refused++
	}
}

// miss notes a file that is not there.
func (l *losses) miss(f logFile, err error) {
	l.add(&l.gone, f.key, err)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.missing = append(l.missing, f)
}

func (l *losses) success() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.succeeded++
}

// hopeless reports whether all files so far were refused and more would be.
func (l *losses) hopeless() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.succeeded == 0 && l.refused >= 3
}

// report turns the losses into problems, at most one of each kind.
func (l *losses) report(ctx context.Context, r *reading, prefix string) {
	at := func(key string) string { return "s3://" + r.options.Trail.Name + "/" + key }
	if l.unread.count > 0 {
		p := r.bucketProblem(fmt.Sprintf("%d files under %s couldn't be read yet", l.unread.count, prefix), l.unread.err)
		p.Subject = at(l.unread.key)
		if l.stopped {
			p.Message += "; the rest of the folder waits for them"
		}
		r.report(ctx, p)
	}
	if l.gone.count > 0 {
		r.report(ctx, entitlement.Problem{Code: CodeCloudTrail, Subject: at(l.gone.key), Message: fmt.Sprintf(
			"%d files were deleted before they were read; keep files longer than the pause between collections", l.gone.count)})
	}
	if l.foreign.count > 0 {
		r.note(ctx, entitlement.Problem{Code: CodeCloudTrailRejected, Subject: at(l.foreign.key), Message: fmt.Sprintf(
			"%d files are not named as CloudTrail names its files and were left out; let nothing else write there", l.foreign.count)})
	}
}
