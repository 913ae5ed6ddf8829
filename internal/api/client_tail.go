package api

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	"github.com/leastward/leastward/internal/entitlement"
)

// TailQuestion says which events to follow: those that fulfil the conditions
// of a text, or of a saved query, within clouds, systems and folders.
type TailQuestion struct {
	Text    string // Conditions alone; "" follows every event.
	Saved   string // Id of a saved query, instead of Text.
	Clouds  []entitlement.Cloud
	Systems []entitlement.SystemID
	Folders []string
}

func (q *TailQuestion) values() url.Values {
	values := url.Values{}
	for name, text := range map[string]string{"text": q.Text, "saved": q.Saved} {
		if text != "" {
			values.Set(name, text)
		}
	}
	scope(values, q.Clouds, q.Systems, q.Folders)
	return values
}

// scope adds the parameters that narrow a question to places.
func scope(values url.Values, clouds []entitlement.Cloud, systems []entitlement.SystemID, folders []string) {
	for _, c := range clouds {
		values.Add("cloud", string(c))
	}
	for _, s := range systems {
		values.Add("system", string(s))
	}
	values["folder"] = folders
}

// Tail follows events as they are stored, and calls event for each; it is valid
// during the call. A heartbeat, which comes at once and then every few seconds,
// calls beat, unless that is nil. Tail returns when the context ends, when a
// call returns an error, or with [ErrCut] when the exporter ends the stream.
func (c *Client) Tail(ctx context.Context, ask *TailQuestion, event func(*AuditEvent) error, beat func(time.Time) error) error {
	if err := c.tail(ctx, ask, event, beat); err != nil {
		return fmt.Errorf("follow events of the exporter: %w", err)
	}
	return nil
}

func (c *Client) tail(ctx context.Context, ask *TailQuestion, event func(*AuditEvent) error, beat func(time.Time) error) error {
	req, err := c.request(ctx, http.MethodGet, AuditTailPath+"?"+ask.values().Encode(), nil)
	if err != nil {
		return err
	}
	req.Header.Set("Accept", NDJSON)
	resp, err := newHTTP(0, c.o.Transport).Do(req) // It lasts as long as the context.
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode != http.StatusOK {
		return statusError(resp)
	}
	return followLines(resp.Body, event, beat)
}

// followLines reads events and heartbeats until the stream ends.
func followLines(body io.Reader, event func(*AuditEvent) error, beat func(time.Time) error) error {
	scanner := bufio.NewScanner(body)
	scanner.Buffer(make([]byte, 64<<10), maxLine)
	for scanner.Scan() {
		var line struct {
			AuditEvent
			Heartbeat time.Time `json:"heartbeat"`
			Done      *bool     `json:"done"`
			Error     string    `json:"error"`
		}
		err := json.Unmarshal(scanner.Bytes(), &line)
		switch {
		case err != nil:
			err = fmt.Errorf("decode a line: %w", err)
		case line.Done != nil:
			err = fmt.Errorf("%w: %s", ErrCut, line.Error)
		case line.Heartbeat.IsZero():
			err = event(&line.AuditEvent)
		case beat != nil:
			err = beat(line.Heartbeat)
		}
		if err != nil {
			return err
		}
	}
	return errors.Join(ErrCut, scanner.Err())
}
