package explain

import (
	"fmt"

	policy "github.com/leastward/leastward/internal/policy/aws"
)

// miss is a statement that would allow a request if what is told of it were
// otherwise.
type miss struct {
	reason policy.Reason
	asked  string // ", if" and what its conditions ask for.
}

// misses finds the statements that do not allow what is denied because of what
// the request says of itself: those that may, where it says nothing.
func (w *Words) misses(r *policy.Request, d *policy.Decision) []miss {
	if d.Verdict != policy.ImplicitlyDenied || r.Context == nil {
		return nil
	}
	silent := *r
	silent.Context = nil
	var other policy.Decision
	if w.estate.Decide(&silent, &other) != nil || other.Verdict != policy.Conditional {
		return nil
	}
	var list []miss
	for i := range other.Because {
		if reason := &other.Because[i]; reason.Effect == policy.Allow && reason.Uncertain && lacks(d, reason.Layer) {
			list = append(list, miss{*reason, string(w.asks(nil, &other, reason))})
		}
	}
	return list
}

// lacks reports whether an Allow of a layer is missing.
func lacks(d *policy.Decision, layer policy.Layer) bool {
	for i := range d.Because {
		if d.Because[i].Layer == layer && d.Because[i].Effect == "" {
			return true
		}
	}
	return false
}

// wouldAllow says what a statement would do.
func (w *Words) wouldAllow(r *policy.Request, m *miss) string {
	return fmt.Sprintf("Statement %d of %s would allow it%s.", m.reason.Statement+1, w.source(nil, r, &m.reason), m.asked)
}

// meet says how statements of a layer would allow the request.
func (w *Words) meet(r *policy.Request, layer policy.Layer, misses []miss) []string {
	var list []string
	for i := range misses {
		if m := &misses[i]; m.reason.Layer == layer {
			list = append(list, fmt.Sprintf("Meet the conditions of statement %d of %s.", m.reason.Statement+1, w.source(nil, r, &m.reason)))
		}
	}
	return list
}
