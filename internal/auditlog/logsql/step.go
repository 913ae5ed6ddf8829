package logsql

import "time"

// intervals is about how many a series has whose query does not say its step.
const intervals = 300

// step returns the width of an interval: what was asked for, or the narrowest
// that people think in and of which at most intervals make the span.
func step(asked, span time.Duration) time.Duration {
	if asked > 0 {
		return asked
	}
	const day = 24 * time.Hour
	widths := []time.Duration{
		time.Second, 5 * time.Second, 10 * time.Second, 30 * time.Second,
		time.Minute, 5 * time.Minute, 10 * time.Minute, 30 * time.Minute,
		time.Hour, 2 * time.Hour, 3 * time.Hour, 6 * time.Hour, 12 * time.Hour,
		day, 2 * day, 7 * day, 14 * day, 28 * day,
	}
	for _, w := range widths {
		if span <= intervals*w {
			return w
		}
	}
	return (span/intervals/day + 1) * day
}
