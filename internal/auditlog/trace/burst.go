package trace

import "time"

// Someone who makes many different read calls within minutes looks around: a
// person at work asks a few things, a program the same ones again and again.
const (
	burstWindow = 10 * time.Minute
	burstCalls  = 10 // Different ones.
)

// findBursts returns the read calls of callers who look around.
func (b *builder) findBursts() map[*step]bool {
	reads := map[string][]*step{}
	for _, s := range b.steps {
		if s.kind == "" && s.read {
			caller := b.caller(s)
			reads[caller] = append(reads[caller], s)
		}
	}
	bursts := map[*step]bool{}
	for _, steps := range reads {
		markBursts(steps, bursts)
	}
	return bursts
}

// markBursts slides a window over the calls of one caller.
func markBursts(steps []*step, bursts map[*step]bool) {
	calls := map[callKey]int{}
	first, marked := 0, 0
	for i, s := range steps {
		calls[callKey{source: s.Source, name: s.Name}]++
		for ; s.Time.Sub(steps[first].Time) > burstWindow; first++ {
			key := callKey{source: steps[first].Source, name: steps[first].Name}
			if calls[key]--; calls[key] == 0 {
				delete(calls, key)
			}
		}
		if len(calls) < burstCalls {
			continue
		}
		for marked = max(marked, first); marked <= i; marked++ {
			bursts[steps[marked]] = true
		}
	}
}
