package schedule

import (
	"errors"
	"fmt"
	"slices"
	"time"
)

// Cadence is how often a report is delivered.
type Cadence string

// The cadences.
const (
	None     Cadence = "none" // Kept, never delivered.
	Hourly   Cadence = "hourly"
	Daily    Cadence = "daily"
	Weekly   Cadence = "weekly"
	Biweekly Cadence = "biweekly"
	Monthly  Cadence = "monthly"
)

// When says at which times a report is due, by the wall clock of a time zone.
//
// Where the clock is set forward and a time doesn't exist, the report is due as
// much later as the clock was set (02:30 becomes 03:30). Where it is set back
// and a time comes twice, it is due at the first. An hourly report is due
// whenever the clock shows its minute, also in the hour that comes twice.
type When struct {
	Cadence Cadence
	Hour    int // 0 to 23; without meaning for Hourly.
	Minute  int // 0 to 59.
	// Weekdays of Weekly and Biweekly. Empty means Monday.
	Weekdays []time.Weekday
	// Day of the month for Monthly, 1 to 31; in shorter months the last day.
	// 0 means 1.
	Day int
	// Start is when the schedule begins; nothing is due before. For Biweekly its
	// week, Monday to Sunday, is the first; zero counts from 5 January 1970.
	Start time.Time
	// Zone defaults to UTC.
	Zone *time.Location
}

// Check reports the first field that makes no sense.
func (w When) Check() error {
	cadences := []Cadence{None, Hourly, Daily, Weekly, Biweekly, Monthly}
	switch {
	case !slices.Contains(cadences, w.Cadence):
		return fmt.Errorf("cadence: %q is not one of none, hourly, daily, weekly, biweekly, monthly", w.Cadence)
	case w.Hour < 0 || w.Hour > 23:
		return fmt.Errorf("hour: %d is not between 0 and 23", w.Hour)
	case w.Minute < 0 || w.Minute > 59:
		return fmt.Errorf("minute: %d is not between 0 and 59", w.Minute)
	case w.Day < 0 || w.Day > 31:
		return fmt.Errorf("day: %d is not between 1 and 31", w.Day)
	}
	for _, d := range w.Weekdays {
		if d < time.Sunday || d > time.Saturday {
			return errors.New("weekdays: not a day of the week")
		}
	}
	return nil
}

// Next returns the first time after t at which the report is due; false if
// never.
func (w When) Next(t time.Time) (time.Time, bool) {
	if w.Cadence == None {
		return time.Time{}, false
	}
	if t.Before(w.Start) {
		t = w.Start.Add(-1)
	}
	if w.Cadence == Hourly {
		return w.nextHour(t), true
	}
	return w.nextDay(t)
}

// Latest returns the last time up to and including t at which the report was
// due; false if there was none.
func (w When) Latest(t time.Time) (time.Time, bool) {
	from := t.Add(-w.span())
	var latest time.Time
	for {
		next, ok := w.Next(from)
		if !ok || next.After(t) {
			return latest, !latest.IsZero()
		}
		latest, from = next, next
	}
}

// span is longer than any two times are apart.
func (w When) span() time.Duration {
	const day = 24 * time.Hour
	switch w.Cadence {
	case Hourly:
		return 3 * time.Hour
	case Daily:
		return 3 * day
	case Weekly:
		return 9 * day
	case Biweekly:
		return 23 * day
	case Monthly:
		return 35 * day
	case None:
	}
	return 0
}

// nextHour looks for the next wall-clock minute. The second round is for zones
// that shift by less than an hour in between.
func (w When) nextHour(t time.Time) time.Time {
	next := t.Truncate(time.Minute).Add(time.Minute)
	for next.In(w.zone()).Minute() != w.Minute {
		ahead := (w.Minute - next.In(w.zone()).Minute() + 60) % 60
		next = next.Add(time.Duration(ahead) * time.Minute)
	}
	return next.UTC()
}

func (w When) nextDay(t time.Time) (time.Time, bool) {
	year, month, day := t.In(w.zone()).Date()
	for i := -1; i <= 70; i++ { // Yesterday too, for zones that skip a day.
		date := time.Date(year, month, day+i, 0, 0, 0, 0, time.UTC)
		if !w.on(date) {
			continue
		}
		if due := w.at(date); due.After(t) {
			return due, true
		}
	}
	return time.Time{}, false
}

// on reports whether the report is due on a date, given as its midnight UTC.
func (w When) on(date time.Time) bool {
	switch w.Cadence {
	case Daily:
		return true
	case Weekly:
		return w.onWeekday(date)
	case Biweekly:
		return w.onWeekday(date) && (week(date)-week(w.anchor()))%2 == 0
	case Monthly:
		last := date.AddDate(0, 1, -date.Day()).Day()
		return date.Day() == min(max(w.Day, 1), last)
	case None, Hourly:
	}
	return false
}

func (w When) onWeekday(date time.Time) bool {
	if len(w.Weekdays) == 0 {
		return date.Weekday() == time.Monday
	}
	return slices.Contains(w.Weekdays, date.Weekday())
}

// anchor is a date in the first week of a biweekly schedule.
func (w When) anchor() time.Time {
	if w.Start.IsZero() {
		return time.Date(1970, 1, 5, 0, 0, 0, 0, time.UTC)
	}
	year, month, day := w.Start.In(w.zone()).Date()
	return time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
}

// week numbers the weeks from the Monday before the epoch.
func week(date time.Time) int64 {
	days := date.Unix() / 86400
	return (days + 3) / 7 // 1 January 1970 was a Thursday.
}

// at returns the wall-clock time on a date as a point in time.
func (w When) at(date time.Time) time.Time {
	wall := date.Add(time.Duration(w.Hour)*time.Hour + time.Duration(w.Minute)*time.Minute)
	_, before := wall.AddDate(0, 0, -1).In(w.zone()).Zone()
	_, after := wall.AddDate(0, 0, 1).In(w.zone()).Zone()
	first := wall.Add(-time.Duration(before) * time.Second)
	second := wall.Add(-time.Duration(after) * time.Second)
	if w.shows(second, wall) && (!w.shows(first, wall) || second.Before(first)) {
		return second
	}
	return first // Also for a time that doesn't exist: later by the clock's shift.
}

func (w When) shows(t, wall time.Time) bool {
	_, offset := t.In(w.zone()).Zone()
	return t.Add(time.Duration(offset) * time.Second).Equal(wall)
}

func (w When) zone() *time.Location {
	if w.Zone == nil {
		return time.UTC
	}
	return w.Zone
}
