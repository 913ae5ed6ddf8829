package stream_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/leastward/leastward/datasource/pkg/stream"
	"github.com/leastward/leastward/internal/api"
)

// tail is an exporter of which each connection is one function.
type tail struct {
	mu          sync.Mutex // Guards what follows.
	connections []func(ctx context.Context, event func(*api.AuditEvent) error, beat func(time.Time) error) error
	asked       []api.TailQuestion
	at          []time.Time
}

func (c *tail) Tail(ctx context.Context, ask *api.TailQuestion, event func(*api.AuditEvent) error, beat func(time.Time) error) error {
	c.mu.Lock()
	c.asked, c.at = append(c.asked, *ask), append(c.at, time.Now())
	n := len(c.asked) - 1
	c.mu.Unlock()
	if n >= len(c.connections) {
		<-ctx.Done()
		return ctx.Err()
	}
	return c.connections[n](ctx, event, beat)
}

// frames are what a subscriber gets.
type frames struct {
	mu   sync.Mutex // Guards what follows.
	list []*data.Frame
	at   []time.Time
}

func (f *frames) Send(p *backend.StreamPacket) error {
	frame := &data.Frame{}
	if err := json.Unmarshal(p.Data, frame); err != nil {
		return err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.list, f.at = append(f.list, frame), append(f.at, time.Now())
	return nil
}

func (f *frames) ids() string {
	var out []string
	for _, frame := range f.list {
		for i := range frame.Rows() {
			out = append(out, fmt.Sprint(frame.Fields[3].At(i)))
		}
	}
	return strings.Join(out, " ")
}

func (f *frames) notices() string {
	var out []string
	for _, frame := range f.list {
		for _, n := range frame.Meta.Notices {
			out = append(out, n.Text)
		}
	}
	return strings.Join(out, "\n")
}

const conditions = `{"audit":{"text":"outcome:denied"},"scope":{"systems":["1"]}}`

// run follows for so long a time and returns what came.
func run(t *testing.T, c *tail, query string, long time.Duration) (*frames, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), long)
	defer cancel()
	got := &frames{}
	h := stream.New(stream.Options{Client: c, Rows: 10, Logger: backend.Logger})
	err := h.RunStream(ctx, &backend.RunStreamRequest{Path: "tail/1", Data: []byte(query)}, backend.NewStreamSender(got))
	return got, err
}

func events(ids ...string) func(func(*api.AuditEvent) error) {
	return func(event func(*api.AuditEvent) error) {
		for _, id := range ids {
			_ = event(&api.AuditEvent{ID: id, Time: time.Unix(1, 0)})
		}
	}
}

// Events come in frames, no more than two a second, and a broken connection is
// begun again, each time after a longer pause.
func TestRun(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		broken := fmt.Errorf("follow: %w", api.ErrCut)
		c := &tail{connections: []func(context.Context, func(*api.AuditEvent) error, func(time.Time) error) error{
			func(_ context.Context, event func(*api.AuditEvent) error, _ func(time.Time) error) error {
				events("a", "b", "c")(event)
				return broken
			},
			func(context.Context, func(*api.AuditEvent) error, func(time.Time) error) error { return broken },
			func(context.Context, func(*api.AuditEvent) error, func(time.Time) error) error { return broken },
			func(ctx context.Context, event func(*api.AuditEvent) error, beat func(time.Time) error) error {
				_ = beat(time.Now())
				events("d")(event)
				<-ctx.Done()
				return ctx.Err()
			},
		}}
		got, err := run(t, c, conditions, time.Minute)
		if err != nil || got.ids() != "a b c d" {
			t.Errorf("events %q, %v", got.ids(), err)
		}
		if text := got.notices(); strings.Count(text, "Live events stopped") != 1 || strings.Count(text, "Live events go on") != 1 {
			t.Errorf("notices %q", text)
		}
		for i, want := range []time.Duration{time.Second, 2 * time.Second, 4 * time.Second} {
			if pause := c.at[i+1].Sub(c.at[i]); pause != want {
				t.Errorf("pause %d is %s, want %s", i, pause, want)
			}
		}
		if ask := c.asked[0]; ask.Text != "outcome:authorization_failure" || len(ask.Systems) != 1 {
			t.Errorf("asked %+v", ask)
		}
	})
}

// A flood of events is thinned, and counted.
func TestRunBoundsTheRate(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := &tail{connections: []func(context.Context, func(*api.AuditEvent) error, func(time.Time) error) error{
			func(ctx context.Context, event func(*api.AuditEvent) error, _ func(time.Time) error) error {
				tick := time.NewTicker(time.Millisecond)
				defer tick.Stop()
				for ctx.Err() == nil {
					<-tick.C
					events("x")(event)
				}
				return ctx.Err()
			},
		}}
		got, err := run(t, c, conditions, 5*time.Second)
		if err != nil || len(got.list) > 10 || len(got.list) < 9 {
			t.Fatalf("%d frames in 5 s, %v", len(got.list), err)
		}
		for i, f := range got.list {
			if f.Rows() > 10 || len(f.Meta.Notices) != 1 || !strings.Contains(f.Meta.Notices[0].Text, "events came too fast") {
				t.Errorf("frame %d: %d rows, %v", i, f.Rows(), f.Meta.Notices)
			}
		}
	})
}

// What the exporter refuses is not asked again.
func TestRunEndsWhereRefused(t *testing.T) {
	t.Parallel()
	refused := &api.StatusError{Status: 401, Answer: api.Error{Message: "who asks?"}}
	c := &tail{connections: []func(context.Context, func(*api.AuditEvent) error, func(time.Time) error) error{
		func(context.Context, func(*api.AuditEvent) error, func(time.Time) error) error { return refused },
	}}
	_, err := run(t, c, conditions, time.Minute)
	if err == nil || !strings.Contains(err.Error(), "Check the token") || len(c.asked) != 1 {
		t.Errorf("asked %d times: %v", len(c.asked), err)
	}
}

// Conditions alone can be followed.
func TestRunRefuses(t *testing.T) {
	t.Parallel()
	for query, want := range map[string]string{
		`{"audit":{"text":"* | count by identity"}}`:     "only conditions can be followed",
		`{"queryType":"pci","table":{"name":"pci"}}`:     "only audit queries",
		`{"audit":{"text":"username:$user"}}`:            "nothing stands for $user",
		`{"audit":{"text":"colour:red"}}`:                "colour",
		`5`:                                              "not a JSON object",
		`{"audit":{"saved":{"id":"","linked":true}}}`:    "audit.saved.id",
		`{"audit":{"editor":"builder","query":{"x":1}}}`: "audit.query",
	} {
		if _, err := run(t, &tail{}, query, time.Minute); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", query, err)
		}
	}
}

// A channel is of one query; nobody publishes.
func TestSubscribe(t *testing.T) {
	t.Parallel()
	began, ctx := make(chan struct{}), t.Context()
	c := &tail{connections: []func(context.Context, func(*api.AuditEvent) error, func(time.Time) error) error{
		func(ctx context.Context, _ func(*api.AuditEvent) error, _ func(time.Time) error) error {
			close(began)
			<-ctx.Done()
			return ctx.Err()
		},
	}}
	h := stream.New(stream.Options{Client: c, Logger: backend.Logger})
	subscribe := func(path, query string) backend.SubscribeStreamStatus {
		t.Helper()
		got, err := h.SubscribeStream(ctx, &backend.SubscribeStreamRequest{Path: path, Data: []byte(query)})
		if err != nil {
			t.Fatal(err)
		}
		if got.Status == backend.SubscribeStreamStatusOK && !strings.Contains(string(got.InitialData.Data()), `"timestamp"`) {
			t.Errorf("first %s", got.InitialData.Data())
		}
		return got.Status
	}
	if got := subscribe("tea/1", conditions); got != backend.SubscribeStreamStatusNotFound {
		t.Errorf("another path: %d", got)
	}
	if got := subscribe("tail/1", conditions); got != backend.SubscribeStreamStatusOK {
		t.Errorf("before it runs: %d", got)
	}
	if _, err := h.SubscribeStream(ctx, &backend.SubscribeStreamRequest{Path: "tail/1", Data: []byte(`{"audit":{"text":"("}}`)}); err == nil {
		t.Error("a query that is none was taken")
	}
	running, cancel := context.WithCancel(ctx)
	var group errgroup.Group
	group.Go(func() error {
		return h.RunStream(running, &backend.RunStreamRequest{Path: "tail/1", Data: []byte(conditions)}, backend.NewStreamSender(&frames{}))
	})
	<-began
	if got := subscribe("tail/1", conditions); got != backend.SubscribeStreamStatusOK {
		t.Errorf("the same query: %d", got)
	}
	if got := subscribe("tail/1", ""); got != backend.SubscribeStreamStatusOK {
		t.Errorf("without the query: %d", got)
	}
	if got := subscribe("tail/1", `{"audit":{"text":"*"}}`); got != backend.SubscribeStreamStatusPermissionDenied {
		t.Errorf("another query: %d", got)
	}
	cancel()
	if err := group.Wait(); err != nil {
		t.Error(err)
	}
	if got := subscribe("tail/1", `{"audit":{"text":"*"}}`); got != backend.SubscribeStreamStatusOK {
		t.Errorf("after it ran: %d", got)
	}
	if got, err := h.PublishStream(ctx, nil); err != nil || got.Status != backend.PublishStreamStatusPermissionDenied {
		t.Errorf("publish: %v, %v", got, err)
	}
}
