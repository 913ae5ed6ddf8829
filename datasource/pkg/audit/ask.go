package audit

import (
	"context"
	"strings"

	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/internal/auditlog/query"
)

// ask gets the answer: of events as many pages as the limit takes.
func (r *Runner) ask(ctx context.Context, p *plan) (*api.AuditAnswer, error) {
	q := p.q
	answer, err := r.page(ctx, p, &q)
	if err != nil || answer.Kind != api.KindEvents {
		return answer, err
	}
	for answer.Cursor != "" && len(answer.Events) < p.limit {
		q.Cursor, q.Limit = answer.Cursor, min(p.limit-len(answer.Events), query.MaxLimit)
		next, err := r.page(ctx, p, &q)
		if err != nil {
			return nil, err
		}
		answer.Events, answer.Cursor = append(answer.Events, next.Events...), next.Cursor
		answer.Partial = answer.Partial || next.Partial
		if len(next.Events) == 0 {
			break // It would never end.
		}
	}
	return answer, nil
}

func (r *Runner) page(ctx context.Context, p *plan, q *query.Query) (*api.AuditAnswer, error) {
	return r.Client.Query(ctx, &api.AuditQuestion{Query: q, AllowPartial: p.partial, Raw: p.raw})
}

// executed is what was asked, as it would be asked with `exporter query`.
func (p *plan) executed() string {
	var b strings.Builder
	b.WriteString(p.q.String())
	for _, c := range p.q.Clouds {
		b.WriteString(" --cloud " + string(c))
	}
	for _, s := range p.q.Systems {
		b.WriteString(" --system " + string(s))
	}
	for _, f := range p.q.Folders {
		b.WriteString(" --folder " + f)
	}
	return b.String()
}
