package aws

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"path"
	"regexp"
	"strings"
)

// The reasons for which a message is left in the queue.
var (
	errForeignMessage = errors.New("tell of no files")
	errOtherBucket    = errors.New("are of another bucket")
	errOtherAccount   = errors.New("are of another account's trail files")
)

// files returns the files of a message that are to be read: those of the
// account's folders that were not read yet. What else a trail delivers, such as
// digests, is none.
func (q *queueReading) files(body string) ([]logFile, error) {
	objects, err := parseNotice(body)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errForeignMessage, err)
	}
	var files []logFile
	for _, o := range objects {
		if o.bucket != q.options.Trail.Name {
			return nil, fmt.Errorf("%w: s3://%s/%s", errOtherBucket, o.bucket, o.key)
		}
		delivered, isLog := deliveryTime(o.key)
		folder, account := q.folderOf(o.key)
		switch {
		case account != string(q.account):
			return nil, fmt.Errorf("%w: s3://%s/%s", errOtherAccount, o.bucket, o.key)
		case isLog && folder != "":
			files = append(files, logFile{o.key, delivered})
		}
	}
	return q.unread(files), nil
}

// unread leaves out the files that a listing or an earlier message had read.
func (q *queueReading) unread(files []logFile) []logFile {
	var left []logFile
	for _, f := range files {
		folder, _ := q.folderOf(f.key)
		mark := q.out.Checkpoint.Folders[folder]
		left = append(left, mark.fresh([]logFile{f})...)
	}
	return left
}

// folderOf returns the folder of a trail's file, up to the region, "" if the key
// is none of a trail, and the account whose it is, "" if it is no key of an
// account below the prefix.
func (c *Collector) folderOf(key string) (folder, account string) {
	rest, ok := strings.CutPrefix(key, path.Join(c.options.Trail.Prefix, "AWSLogs")+"/")
	if !ok {
		return "", ""
	}
	m := regexp.MustCompile(`^(?:o-[a-z0-9]+/)?(\d{12})/(?:CloudTrail/[a-z0-9-]+/)?`).FindStringSubmatch(rest)
	if m == nil {
		return "", ""
	}
	if strings.Contains(m[0], "/CloudTrail/") {
		folder = key[:len(key)-len(rest)] + m[0]
	}
	return folder, m[1]
}

func compareKeys(a, b logFile) int { return cmp.Compare(a.key, b.key) }

// queueLosses counts the messages that are refused, by reason.
type queueLosses struct{ counts map[error]*loss }

func (l *queueLosses) add(err error, id string) {
	if l.counts == nil {
		l.counts = map[error]*loss{}
	}
	for _, reason := range []error{errForeignMessage, errOtherBucket, errOtherAccount} {
		if !errors.Is(err, reason) {
			continue
		}
		if l.counts[reason] == nil {
			l.counts[reason] = &loss{err: err}
		}
		l.counts[reason].add(id)
	}
}

// report makes one problem of each kind of refused messages. No event is
// missing for it: a listing finds what a trail delivered.
func (l *queueLosses) report(ctx context.Context, r *reading) {
	for _, reason := range []error{errForeignMessage, errOtherBucket, errOtherAccount} {
		if n := l.counts[reason]; n != nil {
			r.note(ctx, r.queueProblem(fmt.Sprintf("%d messages %v and stay in the queue, the first of them message %s: %v. "+
				"Let only the notifications of this account's trail files come to the queue, and give it a redrive policy that takes others out",
				n.count, reason, n.key, n.err)))
		}
	}
}
