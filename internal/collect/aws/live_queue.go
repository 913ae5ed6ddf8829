package aws

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	awssdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/leastward/leastward/internal/entitlement"
)

// Queue is an SQS queue that is told of each file which a trail delivers. It
// belongs to the account that is read alone; a queue that several collectors
// share loses none of its messages, but each gets those of the others.
type Queue struct {
	URL    string
	Region string // Of the queue; "" means that of the bucket.
	// Role is assumed to read the queue. Its zero value reads it with the
	// account's own credentials.
	Role Role
	// ListEvery is how often the bucket is listed all the same, for
	// notifications that did not arrive. Zero means 6 hours.
	ListEvery time.Duration
	// Visibility is how long a message that was received is hidden from others;
	// it is prolonged while the message is in work. Zero means 5 minutes.
	Visibility time.Duration
	// Wait is how long an empty queue is asked for a message, at most 20 s. Zero
	// means 2 s.
	Wait time.Duration
}

// maxQueued bounds the messages of one reading; the next one goes on. SQS lets
// 120,000 be in work at a time.
const maxQueued = 20_000

// queueReading is the reading of the messages that wait in a queue.
type queueReading struct {
	*reading
	held    *receipts
	met     map[string]bool // Messages that this reading has dealt with.
	refused queueLosses
	losses  losses
}

// listingDue reports whether the bucket is to be listed: always where no queue
// tells of its files.
func (r *reading) listingDue() bool {
	q := &r.options.Trail.Queue
	return q.URL == "" || !r.options.Now().Before(r.out.Checkpoint.Listed.Add(q.ListEvery))
}

// queue reads the files that messages tell of, until the queue is empty. The
// messages stay until [Reading.Confirm]: after a crash they come again.
func (r *reading) queue(ctx context.Context) error {
	q := &queueReading{reading: r, held: newReceipts(r.Collector), met: map[string]bool{}}
	stop := q.held.prolong(ctx)
	err := q.run(ctx)
	stop()
	r.out.Confirm = q.held.confirm
	q.refused.report(ctx, r)
	q.absent(ctx)
	q.losses.report(ctx, r, r.options.Trail.Queue.URL)
	return err
}

// absent tells of files that are not there, or not yet: their messages stay.
func (q *queueReading) absent(ctx context.Context) {
	if gone := q.losses.gone; gone.count > 0 {
		q.note(ctx, q.queueProblem(fmt.Sprintf("%d files that messages tell of are not in the bucket, the first is %s; the messages stay and are tried again",
			gone.count, gone.key)))
		q.losses.gone = loss{}
	}
}

func (q *queueReading) run(ctx context.Context) error {
	for len(q.met) < maxQueued && !q.losses.hopeless() {
		messages, err := q.receive(ctx)
		if err != nil && errors.Is(ctx.Err(), context.Canceled) {
			return context.Cause(ctx)
		}
		if err != nil {
			q.report(ctx, problem(CodeTrailQueue, q.options.Trail.Queue.URL, "the files that the queue tells of aren't read yet", err))
			return nil
		}
		if len(messages) == 0 {
			return nil
		}
		if err := q.take(ctx, messages); err != nil {
			return err
		}
	}
	return nil
}

// receive returns messages that this reading has not met before; none where
// only those are left.
func (q *queueReading) receive(ctx context.Context) ([]types.Message, error) {
	o := &q.options.Trail.Queue
	out, err := q.clients.queue.ReceiveMessage(ctx, &sqs.ReceiveMessageInput{
		QueueUrl: &o.URL, MaxNumberOfMessages: 10, VisibilityTimeout: wholeSeconds(o.Visibility), WaitTimeSeconds: wholeSeconds(o.Wait),
	})
	if err != nil {
		return nil, fmt.Errorf("receive messages of %s: %w", o.URL, err)
	}
	return slices.DeleteFunc(out.Messages, func(m types.Message) bool {
		id := awssdk.ToString(m.MessageId)
		if q.met[id] {
			q.held.renew(id, awssdk.ToString(m.ReceiptHandle))
			return true
		}
		q.met[id] = true
		return false
	}), nil
}

func wholeSeconds(d time.Duration) int32 { return int32((d + time.Second - 1) / time.Second) }

// take reads the files of some messages. Those whose files are all done with
// are held until they are confirmed; the others are left to come again, and to
// the queue's redrive policy.
func (q *queueReading) take(ctx context.Context, messages []types.Message) error {
	wants := make([][]logFile, len(messages))
	var files []logFile
	for i := range messages {
		found, err := q.files(awssdk.ToString(messages[i].Body))
		if err != nil {
			q.refused.add(err, awssdk.ToString(messages[i].MessageId))
			continue
		}
		q.held.add(awssdk.ToString(messages[i].MessageId), awssdk.ToString(messages[i].ReceiptHandle))
		wants[i] = found
		files = append(files, found...)
	}
	slices.SortFunc(files, func(a, b logFile) int { return compareKeys(a, b) })
	files = slices.CompactFunc(files, func(a, b logFile) bool { return a.key == b.key })
	got, err := q.readFiles(ctx, files, &q.losses)
	if err != nil {
		return err
	}
	left := keys(slices.Concat(got.failed, got.untried, q.losses.missing))
	for i := range messages {
		if slices.ContainsFunc(wants[i], func(f logFile) bool { return slices.Contains(left, f.key) }) {
			q.held.drop(awssdk.ToString(messages[i].MessageId))
		}
	}
	return q.mark(slices.DeleteFunc(got.read, func(f logFile) bool { return slices.Contains(left, f.key) }))
}

// mark notes files as read, so that a listing passes them over, and a message
// that comes again.
func (q *queueReading) mark(files []logFile) error {
	byFolder := map[string][]logFile{}
	for _, f := range files {
		folder, _ := q.folderOf(f.key)
		byFolder[folder] = append(byFolder[folder], f)
	}
	for folder, files := range byFolder {
		m := q.out.Checkpoint.Folders[folder]
		m.remember(files)
		if err := q.saveFolder(folder, m); err != nil {
			return err
		}
	}
	return nil
}

// queueProblem is a kind of message that is refused.
func (c *Collector) queueProblem(message string) entitlement.Problem {
	return entitlement.Problem{Code: CodeTrailQueue, Subject: c.options.Trail.Queue.URL, Message: message}
}
