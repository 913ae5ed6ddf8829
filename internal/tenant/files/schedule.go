package files

import (
	"iter"
	"time"

	"github.com/leastward/leastward/internal/tenant/draw"
)

// Actor is somebody who acts.
type Actor struct {
	Kind     uint8 // Of whose sort; the generator's own numbers.
	Index    int
	Sessions int
	Human    bool // Does not work at weekends.
}

// Session is one stretch of activity of an actor.
type Session struct {
	Kind    uint8
	Index   int32
	Ordinal int32
}

// Span is the days of an activity.
type Span struct {
	Seed draw.Seed
	From time.Time
	Days int
}

// Schedule returns the sessions of each day. It holds 12 bytes for each session
// and nothing for those who are idle.
func (s Span) Schedule(actors iter.Seq[Actor]) [][]Session {
	days := make([][]Session, s.Days)
	for a := range actors {
		for j := range a.Sessions {
			n := s.Day(a, j)
			days[n] = append(days[n], Session{a.Kind, int32(a.Index), int32(j)}) //nolint:gosec // Far fewer than 2³¹.
		}
	}
	return days
}

// Day returns the day of a session, counted from the start. The first falls into
// the last sixty days, so that nobody who is active is nearly inactive.
func (s Span) Day(a Actor, j int) int {
	r := s.Seed.Stream("day"+string(rune('a'+a.Kind)), a.Index, j)
	d := r.IntN(s.Days)
	if j == 0 {
		d = s.Days - 1 - r.IntN(min(60, s.Days))
	}
	if a.Human {
		d = s.workday(d)
	}
	return d
}

// workday moves a day at the weekend to one beside it.
func (s Span) workday(d int) int {
	shift := 0
	switch s.From.AddDate(0, 0, d).Weekday() {
	case time.Saturday:
		shift = -1
	case time.Sunday:
		shift = -2
	case time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday:
	}
	if d+shift < 0 {
		return d + 3 + shift // The Monday after.
	}
	return d + shift
}

// Start returns when a session starts: in office hours for people, at the
// actor's own minute of some hour for machines. What a session does ends on its
// day.
func (s Span) Start(a Actor, j int) time.Time {
	r := s.Seed.Stream("start"+string(rune('a'+a.Kind)), a.Index, j)
	midnight := s.From.AddDate(0, 0, s.Day(a, j))
	if a.Human {
		return midnight.Add(7*time.Hour + time.Duration(r.IntN(9*3600))*time.Second)
	}
	minute := s.Seed.Stream("cadence"+string(rune('a'+a.Kind)), a.Index, 0).IntN(50)
	return midnight.Add(time.Duration(r.IntN(24))*time.Hour + time.Duration(minute)*time.Minute + time.Duration(r.IntN(20))*time.Second)
}

// Last returns when the last session of an actor starts; zero if there is none.
func (s Span) Last(a Actor) time.Time {
	var last time.Time
	for j := range a.Sessions {
		if at := s.Start(a, j); at.After(last) {
			last = at
		}
	}
	return last
}
