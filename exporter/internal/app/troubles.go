package app

import (
	"context"
	"fmt"
	"time"
)

// glance is how long a page waits for the audit store to say how it is.
const glance = 2 * time.Second

// troubles returns a function that says in sentences what is wrong with the
// audit store, for people; nil where no events are kept.
func (au *auditing) troubles() func(context.Context) []string {
	if au == nil {
		return nil
	}
	return func(ctx context.Context) (list []string) {
		ctx, cancel := context.WithTimeout(ctx, glance)
		defer cancel()
		s, err := au.store.Stats(ctx)
		if err != nil {
			return []string{"The audit store does not answer: no query is answered, and collections wait for it. The log says why."}
		}
		if s.Full {
			list = append(list, "The audit store takes no events, for its disk has less room than audit.store.min_free: collections wait for room. "+
				"Make some, or shorten audit.store.retention; nothing is lost meanwhile.")
		}
		if s.Damaged > 0 {
			list = append(list, fmt.Sprintf("%d parts of the audit store are damaged and were set aside: events may be missing. The log names them.", s.Damaged))
		}
		return list
	}
}
