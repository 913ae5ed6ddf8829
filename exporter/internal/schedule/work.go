package schedule

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"github.com/leastward/leastward/internal/report/deliver"
)

// work builds and delivers one period's report to those who wait for it. It
// may run any number of times.
func (s *Scheduler) work(ctx context.Context, id string, period time.Time) error {
	one := s.find(id)
	if one == nil {
		s.o.Logger.WarnContext(ctx, "report dropped, its schedule is configured no longer", "schedule", id, "period", period)
		return s.ledger.close(ctx, id, period, "removed")
	}
	late, err := s.ledger.superseded(ctx, id, period)
	if err != nil {
		return err
	}
	if late {
		s.o.Logger.WarnContext(ctx, "report given up for the next period's", "schedule", id, "period", period)
		return s.ledger.close(ctx, id, period, "superseded")
	}
	waiting, err := s.waiting(ctx, one, period)
	if err != nil {
		return err
	}
	if len(waiting) > 0 {
		if err := s.deliver(ctx, one, period, waiting); err != nil {
			return err
		}
	}
	return s.ledger.close(ctx, id, period, "done")
}

func (s *Scheduler) waiting(ctx context.Context, one *Schedule, period time.Time) ([]string, error) {
	settled, err := s.ledger.settled(ctx, one.ID, period)
	if err != nil {
		return nil, err
	}
	var list []string
	for _, r := range one.Recipients {
		if !settled[r] {
			settled[r] = true // Twice in the configuration is once.
			list = append(list, r)
		}
	}
	return list, nil
}

// deliver sends the report to each of the recipients and notes each at once.
// One recipient's failure doesn't keep the others waiting.
func (s *Scheduler) deliver(ctx context.Context, one *Schedule, period time.Time, recipients []string) error {
	r, err := s.o.Build(ctx, *one, period)
	if err != nil {
		return fmt.Errorf("build report of schedule %s for %s: %w", one.ID, period.Format(time.RFC3339), err)
	}
	m, err := deliver.Compose(r, one.Formats)
	if err != nil {
		return err
	}
	m.ID, m.Date = s.messageID(one.ID, period), s.o.Now()
	var failed []error
	for _, recipient := range recipients {
		if err := s.deliverTo(ctx, one, period, recipient, m); err != nil {
			failed = append(failed, err)
		}
	}
	return errors.Join(failed...)
}

func (s *Scheduler) deliverTo(ctx context.Context, one *Schedule, period time.Time, recipient string, m *deliver.Message) error {
	err := s.o.Deliver.Deliver(ctx, recipient, m)
	if err != nil && !deliver.IsPermanent(err) {
		return err
	}
	// The message is out: note it even if the job shall end now.
	noted := s.ledger.settle(context.WithoutCancel(ctx), one.ID, period, recipient, err, s.o.Now())
	if err != nil {
		s.o.Logger.ErrorContext(ctx, "report refused", "schedule", one.ID, "period", period, "err", err)
		return noted
	}
	s.o.Logger.InfoContext(ctx, "report delivered", "schedule", one.ID, "period", period)
	return noted
}

// messageID is the same for every attempt at a period.
func (s *Scheduler) messageID(id string, period time.Time) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\x00%d", id, period.Unix()))
	return "report." + hex.EncodeToString(sum[:12]) + "@" + s.o.Domain
}
