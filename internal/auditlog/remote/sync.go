package remote

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/auditlog/row"
)

// Sync waits until what was sent must be on disk, asks whether it is there, and
// sends again what is not.
func (s *Store) Sync(ctx context.Context) (time.Time, error) {
	ctx, done, err := s.begin(ctx)
	if err != nil {
		return time.Time{}, fmt.Errorf("sync: %w", err)
	}
	defer done()
	at, err := s.sync(ctx)
	if err != nil {
		return time.Time{}, unavailable(ctx, "sync", err)
	}
	return at, nil
}

func (s *Store) sync(ctx context.Context) (time.Time, error) {
	if err := s.syncing.take(ctx); err != nil {
		return time.Time{}, err
	}
	defer s.syncing.leave()
	at, parcels, err := s.line(ctx)
	if err != nil {
		return time.Time{}, err
	}
	if err := s.secure(ctx, parcels); err != nil {
		return time.Time{}, err
	}
	s.release(len(parcels))
	return at, nil
}

// line draws the line between what was added before and what comes later: right
// after the latest ingestion time, which alone outlives this process.
func (s *Store) line(ctx context.Context) (time.Time, []*parcel, error) {
	if err := s.writing.take(ctx); err != nil {
		return time.Time{}, nil, err
	}
	defer s.writing.leave()
	if err := s.begun(ctx); err != nil {
		return time.Time{}, nil, err
	}
	s.pendingMu.Lock()
	defer s.pendingMu.Unlock()
	return time.Unix(0, s.floor).UTC(), slices.Clip(s.pending), nil
}

// release forgets the first n parcels: they are on disk.
func (s *Store) release(n int) {
	s.pendingMu.Lock()
	defer s.pendingMu.Unlock()
	for _, p := range s.pending[:n] {
		s.kept -= len(p.body)
	}
	s.pending = append([]*parcel(nil), s.pending[n:]...)
}

// secure returns when every row of the parcels is on disk.
func (s *Store) secure(ctx context.Context, parcels []*parcel) error {
	lost := parcels
	for again := s.patience(); len(lost) > 0; {
		if err := wait(ctx, time.Until(lastSent(lost).Add(s.o.Durable))); err != nil {
			return err
		}
		var err error
		if lost, err = s.lost(ctx, lost); err != nil {
			if !mayPass(err) {
				return err
			}
			if err := again.again(ctx, err); err != nil {
				return err
			}
			continue
		}
		if len(lost) == 0 {
			return nil
		}
		if lost, err = s.resend(ctx, lost); err != nil {
			return err
		}
		if err := again.again(ctx, s.lostError(lost)); err != nil && len(lost) > 0 {
			return err
		}
	}
	return nil
}

func lastSent(parcels []*parcel) time.Time {
	var last time.Time
	for _, p := range parcels {
		if p.sent.After(last) {
			last = p.sent
		}
	}
	return last
}

// resend sends again those rows of the parcels that are still missing once no
// server can be holding them back, and returns the parcels of which rows were.
func (s *Store) resend(ctx context.Context, parcels []*parcel) ([]*parcel, error) {
	if err := wait(ctx, time.Until(lastSent(parcels).Add(s.o.Settle))); err != nil {
		return nil, err
	}
	var out []*parcel
	s.touch() // Something may have arrived late.
	for _, p := range parcels {
		missing, err := s.missing(ctx, p)
		if err != nil {
			return nil, err
		}
		s.withoutExpired(p, missing)
		if len(missing) == 0 {
			continue
		}
		s.o.Logger.WarnContext(ctx, "the server lost rows that it had accepted, sending them again", "rows", len(missing), "of", len(p.keys))
		rest, err := s.only(p, missing)
		if err != nil {
			return nil, err
		}
		if err := s.send(ctx, rest); err != nil {
			return nil, err
		}
		p.sent = time.Now()
		out = append(out, p)
	}
	return out, nil
}

// withoutExpired takes the rows out that left because of the retention.
func (s *Store) withoutExpired(p *parcel, missing map[key]bool) {
	oldest := s.o.Now().Add(-s.o.Retention).UnixNano()
	for i, k := range p.keys {
		if p.times[i] < oldest {
			delete(missing, k)
		}
	}
}

func (s *Store) lostError(lost []*parcel) error {
	if len(lost) == 0 {
		return nil
	}
	p := lost[0]
	return fmt.Errorf("the server accepted rows and does not have them, such as that of event %q of %s: is its -retentionPeriod shorter than %s, its -futureRetention than %s or its -insert.maxLineSizeBytes below %d?",
		p.keys[0].id, time.Unix(0, p.from).UTC().Format(time.RFC3339), s.o.Retention, s.o.Future, s.o.MaxLine)
}

// lost returns the parcels of which rows are missing.
func (s *Store) lost(ctx context.Context, parcels []*parcel) ([]*parcel, error) {
	if err := s.flush(ctx); err != nil {
		return nil, err
	}
	const most = 200
	var out []*parcel
	for len(parcels) > 0 {
		n := min(most, len(parcels))
		part, err := s.lostOf(ctx, parcels[:n])
		if err != nil {
			return nil, err
		}
		out, parcels = append(out, part...), parcels[n:]
	}
	return out, nil
}

// batch is the rows that one Add sent to one tenant.
type batch struct {
	tenant   Tenant
	ingested string
}

func (s *Store) lostOf(ctx context.Context, parcels []*parcel) ([]*parcel, error) {
	there := make(map[batch]int)
	for _, tenant := range []Tenant{s.o.Tenant, *s.o.Records} {
		if err := s.count(ctx, tenant, parcels, there); err != nil {
			return nil, err
		}
	}
	want := make(map[batch]int)
	for _, p := range parcels {
		want[batch{p.tenant, p.ingested}] += len(p.keys)
	}
	var out []*parcel
	for _, p := range parcels {
		if b := (batch{p.tenant, p.ingested}); there[b] < want[b] {
			out = append(out, p)
		}
	}
	return out, nil
}

// count counts the different rows of a tenant by their ingestion time.
func (s *Store) count(ctx context.Context, tenant Tenant, parcels []*parcel, there map[batch]int) error {
	var from, to int64
	in := make(map[string]bool)
	for _, p := range parcels {
		if p.tenant != tenant {
			continue
		}
		if len(in) == 0 {
			from, to = p.from, p.to
		}
		from, to, in[strconv.Quote(p.ingested)] = min(from, p.from), max(to, p.to), true
	}
	if len(in) == 0 {
		return nil
	}
	text := row.Ingested + ":in(" + strings.Join(keysOf(in), ",") + ") | stats by (" + row.Ingested + ") count() rows, count_uniq(id, " + columnPart + ") there"
	q := question{tenant: tenant, text: text, from: time.Unix(0, from), to: time.Unix(0, to+1)}
	return s.ask(ctx, q, func(r auditlog.Row) error {
		rows, err := strconv.Atoi(r.Get("rows"))
		if err != nil {
			return fmt.Errorf("count rows: %w", err)
		}
		n, err := strconv.Atoi(r.Get("there"))
		if err != nil {
			return fmt.Errorf("count rows: %w", err)
		}
		if rows > n {
			s.o.Logger.WarnContext(ctx, "the server has rows more than once", "rows", rows-n, "ingested", r.Get(row.Ingested))
		}
		there[batch{tenant, r.Get(row.Ingested)}] = n
		return nil
	})
}

func keysOf(m map[string]bool) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	return out
}
