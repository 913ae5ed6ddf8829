package gcp

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"time"

	"github.com/leastward/leastward/internal/entitlement"
)

// logObject is one object that a sink wrote.
type logObject struct {
	name string
	hour time.Time
}

// objectHour reads the hour in the name of a sink's object:
// "cloudaudit.googleapis.com/activity/2024/01/02/08:00:00_08:59:59_S0.json".
// https://cloud.google.com/logging/docs/export/storage#gcs-organization
func objectHour(name string) (time.Time, bool) {
	m := objectName().FindStringSubmatch(name)
	if m == nil {
		return time.Time{}, false
	}
	t, err := time.Parse("2006/01/02/15:04:05", m[1])
	return t, err == nil
}

//nolint:gochecknoglobals // Compiled once, for there may be many names.
var objectName = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?:^|/)cloudaudit\.googleapis\.com/[a-z_]+/(\d{4}/\d\d/\d\d/\d\d:\d\d:\d\d)_[^/]*\.json(?:\.gz)?$`)
})

// bucket reads the objects that are new, one log after the other.
func (r *reading) bucket(ctx context.Context) error {
	var earliest time.Time
	found := false
	for _, id := range auditLogs() {
		folder := strings.Trim(r.options.Logs.Prefix, "/") + "/cloudaudit.googleapis.com/" + id + "/"
		f := &folderReading{reading: r, folder: strings.TrimPrefix(folder, "/"), mark: r.out.Checkpoint.Folders[strings.TrimPrefix(folder, "/")]}
		err := f.run(ctx)
		f.report(ctx)
		if sink, ok := errors.AsType[sinkError](err); ok {
			return sink.error
		}
		if err != nil {
			r.report(ctx, r.bucketProblem("events under "+f.folder+" aren't read yet", err))
		}
		if !f.first.IsZero() && (earliest.IsZero() || f.first.Before(earliest)) {
			earliest = f.first
		}
		found = found || !f.mark.Newest.IsZero()
	}
	if !found && r.complete {
		r.report(ctx, r.noObjects())
	}
	r.settleObjects()
	_, err := r.commit(func(c *Checkpoint) {
		if c.From.IsZero() && r.complete && !earliest.IsZero() {
			c.From = latest(earliest, r.windowStart())
		}
	})
	return err
}

// settleObjects notes how old the events of objects may be that are still to be
// read.
func (r *reading) settleObjects() {
	r.out.Settled = r.out.Settled.Add(-objectOverlap)
	for _, m := range r.out.Checkpoint.Folders {
		for _, name := range m.Again {
			if hour, _ := objectHour(name); hour.Before(r.out.Settled) {
				r.out.Settled = hour
			}
		}
	}
}

func (r *reading) bucketProblem(effect string, err error) entitlement.Problem {
	return problem(CodeLogBucket, "gs://"+r.options.Logs.Bucket, effect, err)
}

func (r *reading) noObjects() entitlement.Problem {
	return entitlement.Problem{
		Code: CodeLogBucket, Subject: "gs://" + r.options.Logs.Bucket, Message: fmt.Sprintf(
			"the bucket has no objects under %q, so nothing can be said to be unused. Correct the bucket or its prefix, "+
				"or let a sink of %s write audit logs to it", strings.TrimPrefix(r.options.Logs.Prefix+"/cloudaudit.googleapis.com/", "/"), r.options.Scope),
	}
}

// folderReading reads the objects of one log.
type folderReading struct {
	*reading
	folder string
	mark   FolderMark
	first  time.Time // Hour of the first object that was met.

	mine      sync.Mutex // Guards the fields below while objects are read.
	failed    []string
	firstFail error
	gone      []string
	refused   int
	succeeded int
	foreign   []string
}

// run tries the objects that failed before, then reads all from two days before
// the newest on, in the order of their names.
func (f *folderReading) run(ctx context.Context) error {
	if again := f.mark.Again; len(again) > 0 {
		f.mark.Again = nil
		if err := f.batch(ctx, objects(again)); err != nil {
			return err
		}
	}
	start := f.mark.floor()
	if start.IsZero() {
		start = f.windowStart()
	}
	q := call{op: objectList, path: "/storage/v1/b/" + url.PathEscape(f.options.Logs.Bucket) + "/o", query: url.Values{
		"prefix": {f.folder}, "startOffset": {f.folder + start.Format("2006/01/02")}, "maxResults": {"1000"}, "fields": {"nextPageToken,items(name)"},
	}}
	for page := 1; ; page++ {
		if f.late() {
			return fmt.Errorf("page %d: %w", page, errOutOfTime)
		}
		o, err := f.client.get(ctx, q)
		if err != nil {
			return fmt.Errorf("page %d: %w", page, err)
		}
		if err := f.batch(ctx, f.fresh(o)); err != nil {
			return err
		}
		next := o.text("nextPageToken")
		switch {
		case next == "" || f.stopped():
			return nil
		case next == q.query.Get("pageToken"):
			return fmt.Errorf("page %d: the service names the same page as the next one", page)
		}
		q.query.Set("pageToken", next)
	}
}

func objects(names []string) []logObject {
	all := make([]logObject, len(names))
	for i, name := range names {
		hour, _ := objectHour(name)
		all[i] = logObject{name, hour}
	}
	return all
}

// fresh picks the objects of a page that weren't read.
func (f *folderReading) fresh(page object) []logObject {
	var all []logObject
	for _, item := range page.objects("items") {
		name := item.text("name")
		hour, ok := objectHour(name)
		switch {
		case ok:
			all = append(all, logObject{name, hour})
			if f.first.IsZero() {
				f.first = hour
			}
		case !strings.HasSuffix(name, "/"): // A console's placeholder for a folder.
			f.foreign = append(f.foreign, name)
		}
	}
	return f.mark.fresh(all)
}

// stopped reports whether so many objects wait for another try, or so many were
// refused and none was read, that the rest waits, too.
func (f *folderReading) stopped() bool {
	f.mine.Lock()
	defer f.mine.Unlock()
	return len(f.mark.Again) >= maxAgain || f.succeeded == 0 && f.refused >= 3
}
