package source_test

import (
	"fmt"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/leastward/leastward/exporter/internal/store"
	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/entitlement"
)

// queued reads files that a queue tells of. When a message is deleted, its
// events are on the disk and in the audit store; where it is not deleted it
// comes again, and changes nothing.
func (l live) queued() {
	t, c, dir := l.T, l.cloud, l.TempDir()
	c.send(t, http.MethodPost, "sqs", "/", "AmazonSQS.CreateQueue", `{"QueueName":"trail","Attributes":{"VisibilityTimeout":"1"}}`)
	c.queue = c.emulator + "/" + c.account + "/trail"
	audit := newAuditStore()
	all := records(0, 10, time.Now().Add(-2*time.Hour), time.Minute)
	c.deliver(t, home, time.Now().Add(-2*time.Hour), all...)
	same(t, "listed", c.truth(all...), read(t, c.keeping(t, dir, audit)).Usage)

	deleted := 0
	for i, refused := range []bool{true, false} {
		more := records(len(all), 10, time.Now().Add(-time.Hour), time.Minute)
		c.tell(t, c.deliver(t, []string{home, second}[i], time.Now().Add(-time.Hour), more...))
		all = slices.Concat(all, more)
		c.on(func(now *call) {
			switch now.op {
			case "sqs:DeleteMessageBatch":
				deleted++
				c.wantSaved(t, copied(t, dir), all)
				wantStored(t, "when the message is deleted", audit.crashed(false), all...)
				if refused {
					now.answer = &answer{http.StatusBadRequest, `{"__type":"AccessDeniedException","message":"no"}`}
				}
			}
		})
		reading := read(t, c.keeping(t, dir, audit))
		same(t, "told", c.truth(all...), reading.Usage)
		if p := reading.Inventory.Problems; refused != (len(p) == 1) || refused && p[0].Permission != "sqs:DeleteMessage" {
			t.Errorf("deletion refused %v: problems %+v", refused, p)
		}
	}
	if deleted < 2 {
		t.Errorf("%d deletions, want one for each message", deleted)
	}
	c.on(nil)
	same(t, "nothing new", c.truth(all...), read(t, c.keeping(t, dir, audit)).Usage)
	wantStored(t, "in the end", audit, all...)
}

// tell puts the notification of S3 into the queue.
func (c *cloud) tell(t *testing.T, key string) {
	t.Helper()
	body := fmt.Sprintf(`{"Records":[{"eventName":"ObjectCreated:Put","s3":{"bucket":{"name":%q},"object":{"key":%q}}}]}`, c.bucket, key)
	c.send(t, http.MethodPost, "sqs", "/", "AmazonSQS.SendMessage", fmt.Sprintf(`{"QueueUrl":%q,"MessageBody":%q}`, c.queue, body))
}

// wantSaved compares what is on a disk with the records.
func (c *cloud) wantSaved(t *testing.T, dir string, all []record) {
	t.Helper()
	kept, err := store.Open(dir)
	if err != nil {
		t.Error(err)
		return
	}
	saved, err := kept.LoadUsage(entitlement.System{Cloud: entitlement.AWS, ID: entitlement.SystemID(c.account)}, catalog.AWS())
	if err != nil {
		t.Error(err)
		return
	}
	same(t, "when the message is deleted", c.truth(all...), saved.Index)
}
