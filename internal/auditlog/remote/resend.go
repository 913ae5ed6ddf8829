package remote

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/auditlog/row"
)

// resend sends again those rows of the parcels that are still missing once no
// server can be holding them back, and returns the parcels of which rows were.
// Rows that are there and not found need their streams registered.
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
	return out, s.healAll(ctx, parcels)
}

// healAll heals the days of the parcels.
func (s *Store) healAll(ctx context.Context, parcels []*parcel) error {
	const day = int64(24 * time.Hour)
	days := make(map[int64]bool)
	for _, p := range parcels {
		for i := range p.times {
			if p.tenant == s.o.Tenant {
				days[p.times[i]/day] = true
			}
		}
	}
	for d := range days {
		if err := s.heal(ctx, time.Unix(0, d*day), time.Unix(0, (d+1)*day)); err != nil {
			return err
		}
	}
	return nil
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

// incomplete returns the parcels of the batches of which rows are missing. All
// parcels of a batch are asked about at once.
func (s *Store) incomplete(ctx context.Context, parcels []*parcel) ([]*parcel, error) {
	if err := s.flush(ctx); err != nil {
		return nil, err
	}
	const most = 200
	var out []*parcel
	for len(parcels) > 0 {
		n := min(most, len(parcels))
		for n < len(parcels) && parcels[n].ingested == parcels[n-1].ingested {
			n++
		}
		part, err := s.incompleteOf(ctx, parcels[:n])
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

func (s *Store) incompleteOf(ctx context.Context, parcels []*parcel) ([]*parcel, error) {
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
	if tenant == s.o.Tenant { // Found by their stream, as every query finds them.
		text = strings.Replace(text, "by (", "by (_stream, ", 1)
	}
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
		there[batch{tenant, strings.Clone(r.Get(row.Ingested))}] += n
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
