// Package stream follows events live, for the panels that ask for it.
package stream

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"strings"
	"sync"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/backend/log"
	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/leastward/leastward/datasource/pkg/failure"
	"github.com/leastward/leastward/datasource/pkg/frames"
	"github.com/leastward/leastward/datasource/pkg/model"
	"github.com/leastward/leastward/internal/api"
)

// Client follows events.
type Client interface {
	Tail(ctx context.Context, ask *api.TailQuestion, event func(*api.AuditEvent) error, beat func(time.Time) error) error
}

var _ Client = (*api.Client)(nil)

// Options configure a handler.
type Options struct {
	Client Client
	Links  frames.Links
	// Every is the time between two frames of a stream, at least. Defaults to
	// half a second.
	Every time.Duration
	// Rows bounds the events of a frame; those above are counted and left out.
	// Defaults to 1,000.
	Rows int
	// Wait is the first pause before a broken stream is begun again; it doubles
	// up to MaxWait. They default to 1 s and 30 s.
	Wait, MaxWait time.Duration
	Logger        log.Logger
}

// Handler answers Grafana about streams. A channel is "tail/<hash>" of the
// query, which comes along.
type Handler struct {
	o Options

	mu      sync.Mutex // Guards running.
	running map[string][sha256.Size]byte
}

var _ backend.StreamHandler = (*Handler)(nil)

// New returns a handler.
func New(o Options) *Handler {
	if o.Every == 0 {
		o.Every = 500 * time.Millisecond
	}
	if o.Rows == 0 {
		o.Rows = 1_000
	}
	if o.Wait == 0 {
		o.Wait = time.Second
	}
	if o.MaxWait == 0 {
		o.MaxWait = 30 * time.Second
	}
	return &Handler{o: o, running: map[string][sha256.Size]byte{}}
}

// SubscribeStream lets whoever may query follow. A channel that runs is of one
// query: with another, it is not the same channel.
func (h *Handler) SubscribeStream(_ context.Context, req *backend.SubscribeStreamRequest) (*backend.SubscribeStreamResponse, error) {
	denied := &backend.SubscribeStreamResponse{Status: backend.SubscribeStreamStatusPermissionDenied}
	if !strings.HasPrefix(req.Path, "tail/") {
		return &backend.SubscribeStreamResponse{Status: backend.SubscribeStreamStatusNotFound}, nil
	}
	if len(req.Data) == 0 && h.known(req.Path) {
		return h.welcome()
	}
	if _, err := question(req.Data); err != nil {
		return nil, failure.Of(err)
	}
	if !h.same(req.Path, req.Data) {
		return denied, nil
	}
	return h.welcome()
}

// welcome is what a subscriber gets at once: a frame without events, so that
// it knows the fields of those that follow.
func (h *Handler) welcome() (*backend.SubscribeStreamResponse, error) {
	first, err := h.o.Links.Logs(nil, false, nil)
	if err != nil {
		return nil, err
	}
	initial, err := backend.NewInitialFrame(first[0], data.IncludeAll)
	if err != nil {
		return nil, err
	}
	return &backend.SubscribeStreamResponse{Status: backend.SubscribeStreamStatusOK, InitialData: initial}, nil
}

// PublishStream lets nobody publish: events come from the exporter alone.
func (h *Handler) PublishStream(context.Context, *backend.PublishStreamRequest) (*backend.PublishStreamResponse, error) {
	return &backend.PublishStreamResponse{Status: backend.PublishStreamStatusPermissionDenied}, nil
}

func (h *Handler) known(path string) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	_, runs := h.running[path]
	return runs
}

// same reports whether a channel does not run, or runs this query.
func (h *Handler) same(path string, query json.RawMessage) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	hash, runs := h.running[path]
	return !runs || hash == sha256.Sum256(query)
}

func (h *Handler) begin(path string, query json.RawMessage) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.running[path] = sha256.Sum256(query)
}

func (h *Handler) end(path string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.running, path)
}

// errNotEvents says which queries can be followed.
var errNotEvents = errors.New("only conditions can be followed live; leave out everything from the first |")

// problem is an error of the query.
func problem(err error) error { return &model.Error{Path: "audit", Message: err.Error()} }
