package embedded

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/auditlog/embedded/records"
)

// Raw returns records. Where some cannot be read, the others are there beside
// the error. A record of a day that has expired is nil.
func (s *Store) Raw(ctx context.Context, refs []auditlog.RawRef) ([][]byte, error) {
	if err := s.use.enter(); err != nil {
		return nil, err
	}
	defer s.use.leave()
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("read %d records: %w", len(refs), err)
	}
	out := make([][]byte, len(refs))
	var where []records.Located
	var index []int
	var errs []error
	for i, ref := range refs {
		if ref.Ref == "" || dayOf(ref.Time) < s.floor.Load() {
			continue
		}
		n, err := strconv.ParseUint(ref.Ref, 10, 64)
		if err != nil {
			errs = append(errs, fmt.Errorf("%w: event %q has the reference %q, which is not one of this store", auditlog.ErrDamaged, ref.ID, ref.Ref))
			continue
		}
		where, index = append(where, records.Located{Day: dayOf(ref.Time), Ref: records.Ref(n)}), append(index, i)
	}
	found, err := s.records.Read(where)
	for i, raw := range found {
		out[index[i]] = raw
	}
	if err != nil {
		errs = append(errs, fmt.Errorf("%w: %w", auditlog.ErrDamaged, err))
	}
	return out, errors.Join(errs...)
}
