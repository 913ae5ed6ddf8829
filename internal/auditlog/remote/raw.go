package remote

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/auditlog/row"
)

// One query asks for so many records, and names ids of so many bytes: a server
// takes statements of 16 KiB unless -search.maxQueryLen says otherwise.
const (
	recordsAtOnce = 256
	maxIDBytes    = 12 << 10
)

// source names a record: the event's id and the ingestion time of both.
type source struct{ id, ingested string }

// Raw returns records.
func (s *Store) Raw(ctx context.Context, refs []auditlog.RawRef) ([][]byte, error) {
	ctx, done, err := s.begin(ctx)
	if err != nil {
		return nil, fmt.Errorf("read records: %w", err)
	}
	defer done()
	var order []int
	for i := range refs {
		if refs[i].Ref != "" {
			order = append(order, i)
		}
	}
	slices.SortFunc(order, func(a, b int) int {
		return cmp.Or(refs[a].Time.Compare(refs[b].Time), strings.Compare(refs[a].ID, refs[b].ID))
	})
	out := make([][]byte, len(refs))
	for part := range portions(refs, order) {
		if err := s.rawPart(ctx, refs, part, out); err != nil {
			return nil, unavailable(ctx, "read records", err)
		}
	}
	return out, nil
}

// portions cuts the order into what one query asks for.
func portions(refs []auditlog.RawRef, order []int) iter.Seq[[]int] {
	return func(yield func([]int) bool) {
		first, size := 0, 0
		for n, i := range order {
			quoted := len(strconv.Quote(refs[i].ID)) + 1
			if n > first && (n-first == recordsAtOnce || size+quoted > maxIDBytes) {
				if !yield(order[first:n]) {
					return
				}
				first, size = n, 0
			}
			size += quoted
		}
		if first < len(order) {
			yield(order[first:])
		}
	}
}

// rawPart reads the records of the references with the given indices. A record
// was accepted before its event and may become visible after it.
func (s *Store) rawPart(ctx context.Context, refs []auditlog.RawRef, part []int, out [][]byte) error {
	for again := s.patience(); ; {
		found, err := s.records(ctx, refs, part)
		if err != nil {
			return err
		}
		err = fill(refs, part, found, out)
		if !errors.Is(err, errIncomplete) || time.Since(time.Unix(0, s.sent.Load())) > s.o.Visible {
			return err
		}
		if err := again.again(ctx, err); err != nil {
			return err
		}
	}
}

func fill(refs []auditlog.RawRef, part []int, found map[source]*pieces, out [][]byte) error {
	for _, i := range part {
		record, err := found[source{refs[i].ID, refs[i].Ref}].record()
		if err != nil {
			return fmt.Errorf("%w: event %q of %s: %w", auditlog.ErrDamaged, refs[i].ID, refs[i].Time.UTC().Format(time.RFC3339Nano), err)
		}
		out[i] = record
	}
	return nil
}

func (s *Store) records(ctx context.Context, refs []auditlog.RawRef, part []int) (map[source]*pieces, error) {
	ids := make([]string, len(part))
	for i, n := range part {
		ids[i] = strconv.Quote(refs[n].ID)
	}
	q := question{
		tenant: *s.o.Records, text: "id:in(" + strings.Join(slices.Compact(ids), ",") + ") | fields id, " + strings.Join([]string{row.Ingested, columnPart, columnParts, columnEncoding, row.Message}, ", "),
		from: refs[part[0]].Time, to: refs[part[len(part)-1]].Time.Add(1),
	}
	found := make(map[source]*pieces)
	err := s.askPatiently(ctx, q, func(r auditlog.Row) error {
		of := source{strings.Clone(r.Get("id")), strings.Clone(r.Get(row.Ingested))}
		if found[of] == nil {
			found[of] = &pieces{}
		}
		if err := found[of].add(r); err != nil {
			return fmt.Errorf("%w: record of event %q: %w", auditlog.ErrDamaged, of.id, err)
		}
		return nil
	})
	return found, err
}
