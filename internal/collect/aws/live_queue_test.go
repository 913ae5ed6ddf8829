package aws_test

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	awssdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	sqstypes "github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/collect/aws"
)

// noticed is a trail's bucket with a queue that is told of its files.
type noticed struct {
	*trail
	sqs *sqs.Client
	url string
}

func (c *cloud) queue(t *testing.T) *noticed {
	t.Helper()
	q := &noticed{trail: c.trail(t), sqs: sqs.NewFromConfig(c.config())}
	made := must(q.sqs.CreateQueue(t.Context(), &sqs.CreateQueueInput{QueueName: awssdk.String("trail")}))(t)
	q.url = awssdk.ToString(made.QueueUrl)
	return q
}

func (q *noticed) options() aws.Options {
	o := q.trail.options()
	o.Trail.Queue = aws.Queue{URL: q.url, Wait: time.Second}
	return o
}

func (q *noticed) send(t *testing.T, bodies ...string) {
	t.Helper()
	for _, body := range bodies {
		must(q.sqs.SendMessage(t.Context(), &sqs.SendMessageInput{QueueUrl: &q.url, MessageBody: &body}))(t)
	}
}

// told is the notification of S3 that a key was created.
func (q *noticed) told(key string) string {
	return fmt.Sprintf(`{"Records":[{"eventName":"ObjectCreated:Put","s3":{"bucket":{"name":%q},"object":{"key":%q}}}]}`,
		q.name, strings.ReplaceAll(url.QueryEscape(key), "%2F", "/"))
}

// waiting is how many messages the queue has, hidden ones included.
func (q *noticed) waiting(t *testing.T) string {
	t.Helper()
	out := must(q.sqs.GetQueueAttributes(t.Context(), &sqs.GetQueueAttributesInput{
		QueueUrl: &q.url, AttributeNames: []sqstypes.QueueAttributeName{
			sqstypes.QueueAttributeNameApproximateNumberOfMessages, sqstypes.QueueAttributeNameApproximateNumberOfMessagesNotVisible,
		},
	}))(t)
	return out.Attributes["ApproximateNumberOfMessages"] + " and " + out.Attributes["ApproximateNumberOfMessagesNotVisible"]
}

func (q *noticed) wantWaiting(t *testing.T, what, want string) {
	t.Helper()
	if got := q.waiting(t); got != want {
		t.Errorf("%s: %s hidden messages, want %s", what, got, want)
	}
}

func confirm(t *testing.T, out aws.Reading) {
	t.Helper()
	if problems := out.Confirm(t.Context()); len(problems) > 0 {
		t.Errorf("confirm: %+v", problems)
	}
}

func noProblems(t *testing.T, what string, out aws.Reading) {
	t.Helper()
	if len(out.Problems) > 0 {
		t.Errorf("%s: problems %+v", what, out.Problems)
	}
}

// queued reads files that messages of every form tell of. The bucket is listed
// by the first reading only, and messages go once they are confirmed.
func (l live) queued() {
	t, q, today := l.T, l.queue(l.T), time.Now()
	listed := q.file(t, today.Add(-2*time.Hour), "listed")
	q.send(t, `{"Service":"Amazon S3","Event":"s3:TestEvent"}`, q.told(listed))
	collector := q.collector(t, q.options())
	got, first := read(t, collector, aws.Checkpoint{})
	wantIDs(t, "first reading", got, "listed")
	noProblems(t, "first reading", first)
	confirm(t, first)
	q.wantWaiting(t, "first reading", "0 and 0")

	a, b, c := q.file(t, today.Add(-time.Hour), "a"), q.file(t, today.Add(-time.Minute), "b1", "b2"), q.file(t, today, "c")
	untold := q.file(t, today, "untold")
	digest := strings.Replace(a, "/CloudTrail/", "/CloudTrail-Digest/", 1)
	q.send(t, q.told(a), q.told(a), q.told(digest),
		fmt.Sprintf(`{"source":"aws.s3","detail-type":"Object Created","detail":{"bucket":{"name":%q},"object":{"key":%q}}}`, q.name, b),
		fmt.Sprintf(`{"Type":"Notification","Message":%q}`, fmt.Sprintf(`{"s3Bucket":%q,"s3ObjectKey":[%q]}`, q.name, c)))
	q.on("s3:ListObjectsV2", always(refusal("s3:ListObjectsV2", "AccessDenied", "not now")))
	got, second := read(t, collector, first.Checkpoint)
	q.clear()
	wantIDs(t, "second reading", got, "a", "b1", "b2", "c")
	noProblems(t, "second reading", second)
	q.wantWaiting(t, "not confirmed", "0 and 5")
	confirm(t, second)
	q.wantWaiting(t, "confirmed", "0 and 0")

	o := q.options()
	o.Now = func() time.Time { return time.Now().Add(7 * time.Hour) }
	got, third := read(t, q.collector(t, o), second.Checkpoint)
	wantIDs(t, "a listing finds what no message told of, and nothing else", got, "untold")
	q.send(t, q.told(untold))
	got, fourth := read(t, collector, third.Checkpoint)
	wantIDs(t, "told late", got)
	confirm(t, fourth)
	q.wantWaiting(t, "told late", "0 and 0")
}

// queuedCrash loses everything behind different steps: what was saved is not
// read again, what was not is.
func (l live) queuedCrash() {
	t, q := l.T, l.queue(l.T)
	q.file(t, time.Now().Add(-time.Hour), "listed")
	o := q.options()
	o.Trail.Queue.Visibility = time.Second
	collector := q.collector(t, o)
	_, start := read(t, collector, aws.Checkpoint{})
	q.send(t, q.told(q.file(t, time.Now(), "a", "b")))

	crash := errors.New("crash")
	taken := 0
	_, err := collector.Events(t.Context(), start.Checkpoint, func(*auditlog.Event) error {
		if taken++; taken == 2 {
			return crash
		}
		return nil
	}, nil)
	if !errors.Is(err, crash) {
		t.Fatalf("error %v", err)
	}
	// The message comes again when its time is over.
	got, second := l.untilRead(collector, start.Checkpoint)
	wantIDs(t, "after a crash in the file", got, "a", "b")
	// Crashed between save and confirmation.
	got, third := read(t, collector, second.Checkpoint)
	for third.Confirm != nil && len(got) == 0 && q.waiting(t) != "0 and 0" {
		confirm(t, third)
		got, third = read(t, collector, third.Checkpoint)
	}
	wantIDs(t, "after a crash behind the save", got)
}

// untilRead reads until there are events.
func (l live) untilRead(c *aws.Collector, from aws.Checkpoint) ([]string, aws.Reading) {
	l.Helper()
	for {
		got, out := read(l.T, c, from)
		if len(got) > 0 {
			return got, out
		}
	}
}

// queuedOther gets messages that are nothing for it: they stay, each kind is
// told of, and the rest is read.
func (l live) queuedOther() {
	t, q := l.T, l.queue(l.T)
	key := q.file(t, time.Now(), "a")
	other := strings.ReplaceAll(key, q.account, "999999999999")
	absent := strings.Replace(key, "Z_", "Z_0", 1)
	collector := q.collector(t, q.options())
	_, start := read(t, collector, aws.Checkpoint{})
	late := q.file(t, time.Now(), "b")
	q.send(t, "hello", `{"a":1}`, q.told(other), strings.ReplaceAll(q.told(key), q.name, "elsewhere"), q.told(absent), q.told(late))
	got, out := read(t, collector, start.Checkpoint)
	wantIDs(t, "among others", got, "b")
	var texts []string
	for _, p := range out.Problems {
		if p.Code != aws.CodeTrailQueue || p.Subject != q.url {
			t.Errorf("problem %+v", p)
		}
		texts = append(texts, p.Message)
	}
	all := strings.Join(texts, "\n")
	for _, want := range []string{
		"2 messages tell of no files", "1 messages are of another bucket", "s3://elsewhere/" + key, "1 messages are of another account", "999999999999",
		"1 files that messages tell of are not in the bucket", absent,
	} {
		if !strings.Contains(all, want) {
			t.Errorf("no problem tells %q:\n%s", want, all)
		}
	}
	confirm(t, out)
	q.wantWaiting(t, "left", "0 and 5")
	if !out.Checkpoint.From.Equal(start.Checkpoint.From) || out.Checkpoint.From.IsZero() {
		t.Errorf("history from %s, was %s", out.Checkpoint.From, start.Checkpoint.From)
	}
}

// queuedProlonged keeps messages hidden while their files are in work.
func (l live) queuedProlonged() {
	t, q := l.T, l.queue(l.T)
	q.file(t, time.Now().Add(-time.Hour), "listed")
	o := q.options()
	o.Trail.Queue.Visibility = 600 * time.Millisecond // A second, prolonged five times in it.
	collector := q.collector(t, o)
	_, start := read(t, collector, aws.Checkpoint{})
	prolonged := make(chan struct{}, 100)
	q.on("sqs:ChangeMessageVisibilityBatch", func(int, string) *answer { prolonged <- struct{}{}; return nil })
	q.send(t, q.told(q.file(t, time.Now(), "a")))
	out, err := collector.Events(t.Context(), start.Checkpoint, func(*auditlog.Event) error {
		for range 10 { // Longer than the message would be hidden by itself.
			<-prolonged
		}
		if got := q.waiting(t); got != "0 and 1" {
			t.Errorf("in work: %s hidden messages", got)
		}
		return nil
	}, nil)
	if err != nil || out.Stats.Parsed != 1 {
		t.Fatalf("%d events, %v", out.Stats.Parsed, err)
	}
	confirm(t, out)
	q.wantWaiting(t, "confirmed", "0 and 0")
}

// queuedRefused takes permissions away: each refusal names its permission, and
// nothing is lost.
func (l live) queuedRefused() {
	t, q := l.T, l.queue(l.T)
	q.file(t, time.Now().Add(-time.Hour), "listed")
	collector := q.collector(t, q.options())
	_, start := read(t, collector, aws.Checkpoint{})
	q.send(t, q.told(q.file(t, time.Now(), "a")))
	for op, permission := range map[string]string{"sqs:ReceiveMessage": "sqs:ReceiveMessage", "sqs:DeleteMessageBatch": "sqs:DeleteMessage"} {
		q.clear()
		q.on(op, always(refusal(op, "AccessDeniedException", "no")))
		_, out := read(t, collector, start.Checkpoint)
		problems := out.Problems
		if out.Confirm != nil {
			problems = slices.Concat(problems, out.Confirm(t.Context()))
		}
		if len(problems) != 1 || problems[0].Code != aws.CodeTrailQueue || problems[0].Permission != permission {
			t.Errorf("%s refused: problems %+v", op, problems)
		}
	}
	q.clear()
	ctx, cancel := context.WithCancel(t.Context())
	q.on("sqs:ReceiveMessage", func(int, string) *answer { cancel(); return nil })
	if _, err := collector.Events(ctx, start.Checkpoint, func(*auditlog.Event) error { return nil }, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

func TestQueueOptions(t *testing.T) {
	t.Parallel()
	const good = "https://sqs.eu-west-1.amazonaws.com/111122223333/trail"
	for want, trail := range map[string]aws.Bucket{
		"without a bucket name":                  {Queue: aws.Queue{URL: good}},
		`"trail" is not the URL of a queue`:      {Name: "b", Queue: aws.Queue{URL: "trail"}},
		`"" is not the URL of a queue`:           {Name: "b", Queue: aws.Queue{Region: "eu-west-1"}},
		"longer than SQS bears":                  {Name: "b", Queue: aws.Queue{URL: good, Wait: time.Minute}},
		"trail.queue.role: \"x\" is not the ARN": {Name: "b", Queue: aws.Queue{URL: good, Role: aws.Role{ARN: "x"}}},
	} {
		if _, err := aws.New(t.Context(), aws.Options{Trail: trail}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q", err, want)
		}
	}
}
