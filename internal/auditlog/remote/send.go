package remote

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/auditlog/row"
)

// doubtError says that a request may have stored rows, or may yet.
type doubtError struct{ err error }

func (e *doubtError) Error() string { return e.err.Error() }
func (e *doubtError) Unwrap() error { return e.err }

// send stores the rows of a parcel, each once. An error is a *doubtError if some
// of them may be stored all the same.
func (s *Store) send(ctx context.Context, p *parcel) error {
	doubt := false
	for again := s.patience(); ; {
		err := s.post(ctx, p)
		switch {
		case err == nil:
			s.full.Store(false)
			s.touch()
			return nil
		case unreached(err) || status(err) == http.StatusTooManyRequests: // Refused for now.
			s.noteFull(err)
		case status(err) != 0 && status(err) < 500: // Refused for good.
			return doubtful(doubt, err)
		default:
			s.touch()
			missing, unknown := s.afterDoubt(ctx, p, err)
			if unknown != nil || len(missing) == 0 {
				return doubtful(true, unknown)
			}
			doubt = doubt || len(missing) < len(p.keys)
			rest, broken := s.only(p, missing)
			if broken != nil {
				return doubtful(doubt, broken)
			}
			p = rest
		}
		if err := again.again(ctx, err); err != nil {
			return doubtful(doubt, s.fullError(err))
		}
	}
}

func doubtful(doubt bool, err error) error {
	if doubt && err != nil {
		return &doubtError{err}
	}
	return err
}

// touch notes that the server may have rows that are not visible yet.
func (s *Store) touch() { s.sent.Store(time.Now().UnixNano()) }

// afterDoubt finds out which rows of a parcel are missing after a request that
// failed in the middle: at once if the server answered, or else when it cannot
// be working any more.
func (s *Store) afterDoubt(ctx context.Context, p *parcel, failure error) (map[key]bool, error) {
	settle := s.o.Settle
	if code := status(failure); code == http.StatusInternalServerError || code == http.StatusServiceUnavailable {
		settle = 0
	}
	s.o.Logger.WarnContext(ctx, "insert request failed, asking what it stored", "err", failure, "rows", len(p.keys), "wait", settle)
	if err := wait(ctx, settle); err != nil {
		return nil, errors.Join(failure, err)
	}
	for again := s.patience(); ; {
		missing, err := s.missing(ctx, p)
		if err == nil {
			return missing, nil
		}
		if err := again.again(ctx, err); err != nil {
			return nil, fmt.Errorf("%w; and what it stored cannot be asked: %w", failure, err)
		}
	}
}

// noteFull keeps in mind that the server has no room: it answers 429 then.
// See https://docs.victoriametrics.com/victorialogs/#retention-by-disk-space-usage.
func (s *Store) noteFull(err error) {
	var a *answer
	s.full.Store(errors.As(err, &a) && a.status == http.StatusTooManyRequests && strings.Contains(a.text, "read-only"))
}

func (s *Store) fullError(err error) error {
	if s.full.Load() {
		return fmt.Errorf("%w: %w", auditlog.ErrFull, err)
	}
	return err
}

// post sends a parcel once.
func (s *Store) post(ctx context.Context, p *parcel) error {
	path, body := "/insert/jsonline?_time_field=_time&_msg_field=_msg&_stream_fields=cloud,system", p.body
	if p.long {
		var err error
		path = "/insert/loki/api/v1/push?disable_message_parsing=1&_stream_fields=cloud,system"
		if body, err = s.pushBody(p); err != nil {
			return err
		}
	}
	ctx, cancel := context.WithTimeoutCause(ctx, s.o.Timeout, &silentError{s.o.Timeout})
	defer cancel()
	base := s.o.InsertURLs[int(s.next.Add(1))%len(s.o.InsertURLs)]
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, join(base, path), bytes.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Encoding", "zstd")
	req.Header.Set("Content-Type", "application/json")
	resp, err := s.do(req, p.tenant)
	if err != nil {
		return silent(ctx, err)
	}
	p.sent = time.Now()
	return resp.Body.Close()
}

// pushBody returns the body for the Loki protocol, which has no limit to the
// length of a row but the server's own of 2 MB. Such rows are rare.
// See https://docs.victoriametrics.com/victorialogs/data-ingestion/promtail/.
func (s *Store) pushBody(p *parcel) ([]byte, error) {
	line, err := s.unzip.DecodeAll(p.body, nil)
	if err != nil {
		return nil, fmt.Errorf("read what is to be sent: %w", err)
	}
	columns, err := parseRow(nil, line)
	if err != nil {
		return nil, fmt.Errorf("read what is to be sent: %w", err)
	}
	var labels []auditlog.Field
	for _, c := range columns {
		if c.Name != row.Time && c.Name != row.Message {
			labels = append(labels, c)
		}
	}
	body := fmt.Appendf(nil, `{"streams":[{"stream":{},"values":[["%d",`, p.from)
	body = appendString(body, columns.Get(row.Message))
	body = append(body, ',')
	body = appendRow(body, labels)
	return s.zip.EncodeAll(append(body, "]]}]}"...), nil), nil
}
