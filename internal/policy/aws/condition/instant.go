package condition

import (
	"cmp"
	"strings"
	"time"
)

// instant is a point in time; its fraction of a second is kept as digits.
type instant struct {
	second   int64
	fraction string // Without zeros at the end.
}

func (t instant) compare(u instant) int {
	if t.second != u.second {
		return compareInt(t.second, u.second)
	}
	return strings.Compare(t.fraction, u.fraction)
}

func compareInt(a, b int64) int { return cmp.Compare(a, b) }

// parseInstant reads a time in one of the forms of
// https://www.w3.org/TR/NOTE-datetime or as seconds since 1970. Four digits are
// a year. A time of day without zone is taken as UTC.
func parseInstant(s string) (instant, bool) {
	if len(s) != 4 && s != "" && digits(s) {
		return parseEpoch(s)
	}
	day, clock, timed := strings.Cut(s, "T")
	date, ok := parseDay(day)
	if !ok || !timed {
		return instant{second: date}, ok
	}
	if len(day) != len("2006-01-02") {
		return instant{}, false
	}
	clock, offset, ok := cutZone(clock)
	if !ok {
		return instant{}, false
	}
	t, ok := parseClock(clock)
	t.second += date - offset
	return t, ok
}

// parseEpoch reads seconds since 1970. Eighteen digits fit into an int64.
func parseEpoch(s string) (instant, bool) {
	s = strings.TrimLeft(s, "0")
	if len(s) > 18 {
		return instant{}, false
	}
	var n int64
	for i := range len(s) {
		n = n*10 + int64(s[i]-'0')
	}
	return instant{second: n}, true
}

// parseDay reads YYYY, YYYY-MM or YYYY-MM-DD as the second at which it begins.
func parseDay(s string) (int64, bool) {
	year, month, day := number(s, 0, 4), 1, 1
	switch len(s) {
	case len("2006"):
	case len("2006-01"):
		month = number(s, 5, 7)
	case len("2006-01-02"):
		month, day = number(s, 5, 7), number(s, 8, 10)
	default:
		return 0, false
	}
	if year < 0 || month < 1 || month > 12 || day < 1 || len(s) > 4 && s[4] != '-' || len(s) > 7 && s[7] != '-' {
		return 0, false
	}
	t := time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
	return t.Unix(), t.Day() == day
}

// parseClock reads hh:mm, hh:mm:ss or hh:mm:ss.s with any number of digits.
func parseClock(s string) (instant, bool) {
	s, fraction, point := strings.Cut(s, ".")
	if point && (fraction == "" || !digits(fraction) || len(s) != len("15:04:05")) {
		return instant{}, false
	}
	second := 0
	switch len(s) {
	case len("15:04"):
	case len("15:04:05"):
		second = number(s, 6, 8)
	default:
		return instant{}, false
	}
	hour, minute := number(s, 0, 2), number(s, 3, 5)
	if hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59 {
		return instant{}, false
	}
	if s[2] != ':' || len(s) > 5 && s[5] != ':' {
		return instant{}, false
	}
	at := int64(hour*60+minute)*60 + int64(second)
	return instant{second: at, fraction: strings.TrimRight(fraction, "0")}, true
}

// cutZone cuts "Z", "+hh:mm" or "-hh:mm" off a time of day and returns it as
// seconds ahead of UTC.
func cutZone(s string) (clock string, offset int64, ok bool) {
	if rest, utc := strings.CutSuffix(s, "Z"); utc {
		return rest, 0, true
	}
	at := strings.LastIndexAny(s, "+-")
	if at < 0 {
		return s, 0, true
	}
	zone := s[at:]
	if len(zone) != len("+00:00") || zone[3] != ':' {
		return "", 0, false
	}
	hour, minute := number(zone, 1, 3), number(zone, 4, 6)
	if hour < 0 || hour > 23 || minute < 0 || minute > 59 {
		return "", 0, false
	}
	offset = int64(hour*60+minute) * 60
	if zone[0] == '-' {
		offset = -offset
	}
	return s[:at], offset, true
}

// number reads the digits of s between two offsets, -1 if they are none.
func number(s string, from, to int) int {
	if len(s) < to || !digits(s[from:to]) {
		return -1
	}
	n := 0
	for i := from; i < to; i++ {
		n = n*10 + int(s[i]-'0')
	}
	return n
}
