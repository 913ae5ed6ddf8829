package embedded

import (
	"unicode/utf8"

	"github.com/VictoriaMetrics/VictoriaLogs/lib/logstorage"

	"github.com/leastward/leastward/internal/auditlog"
)

// maxRow is the size of a row that the engine takes: 2 MiB, less some room.
const maxRow = 2<<20 - 1<<10

// maxText is what is left of a text in a row that is too large.
const maxText = 8 << 10

// shorten returns a copy of an event whose row fits. It leaves b.row undefined.
func (s *Store) shorten(b *batch, ev *auditlog.Event, ref string) *auditlog.Event {
	c := *ev
	steps := []func(){
		func() { c.Detail = cut(c.Detail, auditlog.MaxDetail) },
		func() { c.ErrorText = cut(c.ErrorText, maxText) },
		func() { cutTexts(&c) },
		func() { cutLists(&c, 64) },
	}
	for _, step := range steps {
		step()
		b.columns(s.encoder, &c, ref)
		if logstorage.EstimatedJSONRowLen(b.row) <= maxRow {
			break
		}
	}
	s.o.Logger.Warn("an event is too large for a row; the ends of its texts are left out, its record is whole", "id", ev.ID)
	return &c
}

func cutTexts(ev *auditlog.Event) {
	for _, t := range []*string{
		&ev.UserAgent, &ev.ErrorCode, &ev.IdentityType, &ev.IdentityName, &ev.Session, &ev.Source, &ev.Name,
		&ev.Address, &ev.Region, &ev.RequestID, &ev.InvokedBy,
	} {
		*t = cut(*t, maxText)
	}
	ev.Cloud, ev.System, ev.Identity = cut(ev.Cloud, maxText), cut(ev.System, maxText), cut(ev.Identity, maxText)
	ev.AccessKey, ev.Outcome = cut(ev.AccessKey, maxText), cut(ev.Outcome, maxText)
}

// cutLists leaves the first n of fields with several values, each of them short.
func cutLists(ev *auditlog.Event, n int) {
	ev.Actions, ev.Issued = cutAll(ev.Actions, n), cutAll(ev.Issued, n)
	resources := append([]auditlog.Resource(nil), ev.Resources[:min(n, len(ev.Resources))]...)
	for i := range resources {
		resources[i].ID, resources[i].Type = cut(resources[i].ID, maxText), cut(resources[i].Type, maxText/8)
	}
	ev.Resources = resources
}

func cutAll[T ~string](values []T, n int) []T {
	out := append([]T(nil), values[:min(n, len(values))]...)
	for i := range out {
		out[i] = cut(out[i], maxText/8)
	}
	return out
}

// cut returns the first n bytes of a text, less a character that is cut in two.
func cut[T ~string](s T, n int) T {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}
