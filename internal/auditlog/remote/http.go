package remote

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// answer is what a server said instead of doing what it was asked.
type answer struct {
	url        string
	status     int
	text       string
	node       bool // It complains of a storage node.
	retryAfter time.Duration
}

// Error tells what the server said and what to do.
func (a *answer) Error() string {
	msg := fmt.Sprintf("%s answered %d %s", a.url, a.status, http.StatusText(a.status))
	if a.text != "" {
		msg += ": " + a.text
	}
	switch {
	case a.status == http.StatusUnauthorized || a.status == http.StatusForbidden:
		msg += "; check the credentials and what they permit"
	case a.status/100 == 3:
		msg += "; redirections are not followed, give the URL that it points to"
	}
	return msg
}

// silentError is the cause of a request's end where the server said nothing.
type silentError struct{ after time.Duration }

func (e *silentError) Error() string { return fmt.Sprintf("the server was silent for %s", e.after) }

// do sends a request and returns the answer if it is a good one. The body of an
// answer is the caller's to close.
func (s *Store) do(req *http.Request, t Tenant) (*http.Response, error) {
	req.Header.Set("AccountID", strconv.FormatUint(uint64(t.Account), 10))
	req.Header.Set("ProjectID", strconv.FormatUint(uint64(t.Project), 10))
	resp, err := s.http.Do(req)
	if err != nil {
		return nil, err
	}
	if resp.StatusCode/100 == 2 {
		return resp, nil
	}
	defer func() { _ = resp.Body.Close() }()
	text, _ := io.ReadAll(io.LimitReader(resp.Body, 16<<20)) // It may repeat the statement.
	return nil, &answer{
		url: req.URL.Redacted(), status: resp.StatusCode, text: short(string(text)), node: bytes.Contains(text, []byte("/internal/select/")),
		retryAfter: retryAfter(resp.Header.Get("Retry-After"), time.Now()),
	}
}

// short returns what a server said as one line that is not too long: begin and
// end, where the reason stands.
func short(text string) string {
	text = strings.Join(strings.Fields(strings.ToValidUTF8(text, "?")), " ")
	const half = 400
	if len(text) > 2*half {
		text = strings.ToValidUTF8(text[:half], "") + " … " + strings.ToValidUTF8(text[len(text)-half:], "")
	}
	return text
}

// retryAfter reads the header: seconds or a date; 0 if it is neither.
func retryAfter(v string, now time.Time) time.Duration {
	if n, err := strconv.Atoi(v); err == nil && n > 0 {
		return min(time.Duration(n), 3600) * time.Second
	}
	if at, err := http.ParseTime(v); err == nil {
		return min(max(at.Sub(now), 0), time.Hour)
	}
	return 0
}

// unreached reports whether a request never got to a server.
func unreached(err error) bool {
	var op *net.OpError
	return errors.As(err, &op) && (op.Op == "dial" || op.Op == "proxyconnect")
}

// status returns that of a server's answer, 0 where there was none.
func status(err error) int {
	if a, ok := errors.AsType[*answer](err); ok {
		return a.status
	}
	return 0
}

// passing reports whether what a server answered may be different soon.
func passing(code int) bool {
	return code == http.StatusTooManyRequests || code/100 == 5
}

// wait returns after d or with the reason why the context ended.
func wait(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return context.Cause(ctx)
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-t.C:
		return nil
	}
}

// patience counts the attempts of a call that may succeed later.
type patience struct {
	until time.Time
	next  time.Duration
}

func (s *Store) patience() *patience {
	return &patience{until: time.Now().Add(s.o.Patience), next: 100 * time.Millisecond}
}

// again waits before the next attempt: as long as the server asked for, or
// twice as long as before, 10 s at most. It returns err, the reason of the
// failure, when patience is at its end.
func (p *patience) again(ctx context.Context, err error) error {
	d := p.next
	p.next = min(2*p.next, 10*time.Second)
	var a *answer
	if errors.As(err, &a) && a.retryAfter > 0 {
		d = a.retryAfter
	}
	if time.Now().Add(d).After(p.until) {
		return err
	}
	return wait(ctx, d)
}
