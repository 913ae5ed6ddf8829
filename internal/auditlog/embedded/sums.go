package embedded

import (
	"context"
	"errors"
)

// askForSums has the checksums of days taken in the background.
func (s *Store) askForSums(days []int64) {
	s.unsummed.add(days...)
	select {
	case s.sums <- struct{}{}:
	default: // Asked for already.
	}
}

func (s *Store) recordSumsOnDemand(ctx context.Context) error {
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-s.sums:
		}
		for _, d := range s.unsummed.take() {
			if err := s.recordDay(ctx, d); err != nil && ctx.Err() == nil {
				s.o.Logger.WarnContext(ctx, "no checksums are taken", "err", err)
			}
		}
	}
}

// recordSums takes the checksums of every day that was written since Open.
func (s *Store) recordSums(ctx context.Context) error {
	var errs []error
	for _, d := range s.touched.take() {
		errs = append(errs, s.recordDay(ctx, d))
	}
	return errors.Join(errs...)
}

func (s *Store) recordDay(ctx context.Context, d int64) error {
	s.summing.Lock()
	defer s.summing.Unlock()
	return s.parts.Record(ctx, dayName(d))
}
