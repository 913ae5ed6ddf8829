package api

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

// ErrCut is returned for a stream that ended before its last line: events are
// missing.
var ErrCut = errors.New("the stream was cut off")

// maxLine bounds a line of a stream: an event with its record, escaped.
const maxLine = 8 << 20

// StatusError is an answer that is no success.
type StatusError struct {
	Status int // Of HTTP.
	Answer Error
	// RetryAfter is how long to wait before asking again; 0 where the exporter
	// does not say.
	RetryAfter time.Duration
}

// Error returns what the exporter says.
func (e *StatusError) Error() string {
	if e.Answer.Message == "" {
		return fmt.Sprintf("the exporter answered %d %s", e.Status, http.StatusText(e.Status))
	}
	return fmt.Sprintf("the exporter answered %d: %s", e.Status, e.Answer.Message)
}

// Query asks for a page of events, groups or a series.
func (c *Client) Query(ctx context.Context, ask *AuditQuestion) (*AuditAnswer, error) {
	return post[AuditAnswer](ctx, c, AuditQueryPath, "ask the audit store", ask)
}

// Stream asks for all events, and calls event for each. The event is valid
// during the call. Without an error everything arrived; the returned line says
// whether a part of the store was missing. An error of event ends the stream.
func (c *Client) Stream(ctx context.Context, ask *AuditQuestion, event func(*AuditEvent) error) (*StreamEnd, error) {
	end, err := c.stream(ctx, ask, event)
	if err != nil {
		return nil, fmt.Errorf("read events from the exporter: %w", err)
	}
	return end, nil
}

func (c *Client) stream(ctx context.Context, ask *AuditQuestion, event func(*AuditEvent) error) (*StreamEnd, error) {
	req, err := c.request(ctx, http.MethodPost, AuditQueryPath, ask)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Accept", NDJSON)
	resp, err := newHTTP(0, c.o.Transport).Do(req) // A stream takes its time.
	if err != nil {
		return nil, err
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode != http.StatusOK {
		return nil, statusError(resp)
	}
	return readLines(resp.Body, event)
}

// readLines reads events up to the last line.
func readLines(body io.Reader, event func(*AuditEvent) error) (*StreamEnd, error) {
	scanner := bufio.NewScanner(body)
	scanner.Buffer(make([]byte, 64<<10), maxLine)
	var count int64
	for scanner.Scan() {
		var line struct {
			AuditEvent
			StreamEnd
			Done *bool `json:"done"`
		}
		if err := json.Unmarshal(scanner.Bytes(), &line); err != nil {
			return nil, fmt.Errorf("decode line %d: %w", count+1, err)
		}
		switch {
		case line.Done == nil:
			count++
			if err := event(&line.AuditEvent); err != nil {
				return nil, err
			}
		case !*line.Done:
			return nil, fmt.Errorf("%w after %d events: %s", ErrCut, count, line.Error)
		case line.Count != count:
			return nil, fmt.Errorf("%w: %d events arrived of %d", ErrCut, count, line.Count)
		default:
			line.StreamEnd.Done = true
			return &line.StreamEnd, nil
		}
	}
	return nil, errors.Join(fmt.Errorf("%w after %d events", ErrCut, count), scanner.Err())
}

// Append adds Platform events and returns when they are on disk. After an error
// append the same again: what is there already changes nothing.
func (c *Client) Append(ctx context.Context, events []PlatformEvent) (*AppendAnswer, error) {
	return post[AppendAnswer](ctx, c, AuditEventsPath, "append Platform events", AppendRequest{Events: events})
}

// Parse turns a text into a query, or a query into its text.
func (c *Client) Parse(ctx context.Context, ask *ParseRequest) (*ParseAnswer, error) {
	return post[ParseAnswer](ctx, c, AuditParsePath, "parse a query", ask)
}

// Explain says what a question means to the store.
func (c *Client) Explain(ctx context.Context, ask *AuditQuestion) (*Explanation, error) {
	return post[Explanation](ctx, c, AuditExplainPath, "explain a query", ask)
}

// Values returns values of a field, the most frequent first; prefix narrows
// them, and limit bounds them where it is not 0.
func (c *Client) Values(ctx context.Context, field, prefix string, limit int) (*Values, error) {
	query := url.Values{"field": {field}, "prefix": {prefix}}
	if limit > 0 {
		query.Set("limit", strconv.Itoa(limit))
	}
	return send[Values](ctx, c, http.MethodGet, AuditValuesPath+"?"+query.Encode(), "ask for values of "+field, nil)
}

// Fields describes the fields of the query language.
func (c *Client) Fields(ctx context.Context) (*Fields, error) {
	return send[Fields](ctx, c, http.MethodGet, AuditFieldsPath, "ask for the fields of a query", nil)
}

// Stats tells what the audit store holds.
func (c *Client) Stats(ctx context.Context) (*StoreStats, error) {
	return send[StoreStats](ctx, c, http.MethodGet, AuditStatsPath, "ask what the audit store holds", nil)
}

func post[A any](ctx context.Context, c *Client, path, what string, body any) (*A, error) {
	return send[A](ctx, c, http.MethodPost, path, what, body)
}

// send makes one request and decodes its answer.
func send[A any](ctx context.Context, c *Client, method, path, what string, body any) (*A, error) {
	answer := new(A)
	if err := c.exchange(ctx, method, path, body, answer); err != nil {
		return nil, fmt.Errorf("%s: %w", what, err)
	}
	return answer, nil
}

func (c *Client) exchange(ctx context.Context, method, path string, body, into any) error {
	req, err := c.request(ctx, method, path, body)
	if err != nil {
		return err
	}
	req.Header.Set("Accept", "application/json")
	resp, err := c.http.Do(req)
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }()
	switch resp.StatusCode {
	case http.StatusNoContent:
		return nil
	case http.StatusOK, http.StatusCreated:
	default:
		return statusError(resp)
	}
	if err := json.NewDecoder(resp.Body).Decode(into); err != nil {
		return fmt.Errorf("decode the answer: %w", err)
	}
	return nil
}

// request makes a request with the caller's credentials.
func (c *Client) request(ctx context.Context, method, path string, body any) (*http.Request, error) {
	var text []byte
	if body != nil {
		var err error
		if text, err = json.Marshal(body); err != nil {
			return nil, fmt.Errorf("encode the request: %w", err)
		}
	}
	req, err := http.NewRequestWithContext(ctx, method, c.address(path), bytes.NewReader(text))
	if err != nil {
		return nil, err
	}
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	c.identify(req)
	return req, nil
}

// statusError reads an answer that is no success.
func statusError(resp *http.Response) error {
	e := &StatusError{Status: resp.StatusCode}
	_ = json.NewDecoder(io.LimitReader(resp.Body, 1<<20)).Decode(&e.Answer) // It may be another's.
	if seconds, err := strconv.Atoi(resp.Header.Get("Retry-After")); err == nil {
		e.RetryAfter = time.Duration(seconds) * time.Second
	}
	return e
}
