package records

import (
	"fmt"
	"math"
	"strconv"
	"time"

	"github.com/leastward/leastward/internal/collect/records/jsonscan"
)

// ParseTime reads the times that clouds and their tools write: RFC 3339 with any
// number of digits behind the second, with a space in the place of the T
// (Python), and without an offset, which is UTC.
func ParseTime(b []byte) (time.Time, error) {
	if t, ok := parseTimeUTC(b); ok {
		return t, nil
	}
	s := string(b)
	for _, layout := range []string{
		time.RFC3339Nano, "2006-01-02 15:04:05Z07:00", "2006-01-02T15:04:05Z0700",
		"2006-01-02 15:04:05", "2006-01-02T15:04:05",
	} {
		if t, err := time.Parse(layout, s); err == nil {
			return t.UTC(), nil
		}
	}
	return time.Time{}, fmt.Errorf("%q is not a time such as 2006-01-02T15:04:05Z", clip(s))
}

// parseTimeUTC reads the form that most logs have, 2006-01-02T15:04:05Z with or
// without a fraction, ten times faster than package time.
func parseTimeUTC(b []byte) (time.Time, bool) {
	const form = "0000-00-00T00:00:00"
	if len(b) <= len(form) {
		return time.Time{}, false
	}
	for i := range len(form) {
		if form[i] == '0' && !jsonscan.IsDigit(b[i]) || form[i] != '0' && form[i] != b[i] {
			return time.Time{}, false
		}
	}
	two := func(i int) int { return int(b[i]-'0')*10 + int(b[i+1]-'0') }
	year, month, day := two(0)*100+two(2), two(5), two(8)
	hour, minute, second := two(11), two(14), two(17)
	nanos, ok := parseFraction(b[len(form):])
	if !ok || month < 1 || month > 12 || day < 1 || day > 28 || hour > 23 || minute > 59 || second > 59 {
		return time.Time{}, false // Or a late day of the month: package time decides.
	}
	return time.Date(year, time.Month(month), day, hour, minute, second, nanos, time.UTC), true
}

// parseFraction reads "Z", or a point, up to nine digits and "Z".
func parseFraction(b []byte) (nanos int, ok bool) {
	if b[len(b)-1] != 'Z' {
		return 0, false
	}
	if b = b[:len(b)-1]; len(b) == 0 {
		return 0, true
	}
	if b[0] != '.' || len(b) < 2 || len(b) > 10 {
		return 0, false
	}
	unit := int(time.Second)
	for _, c := range b[1:] {
		if !jsonscan.IsDigit(c) {
			return 0, false
		}
		unit /= 10
		nanos += int(c-'0') * unit
	}
	return nanos, true
}

// ParseEpoch reads seconds since 1970, whole or with a fraction.
func ParseEpoch(b []byte) (time.Time, error) {
	f, err := strconv.ParseFloat(string(b), 64)
	if err != nil || math.Abs(f) > 1e11 {
		return time.Time{}, fmt.Errorf("%q is not a time in seconds since 1970", clip(string(b)))
	}
	whole, part := math.Modf(f)
	return time.Unix(int64(whole), int64(math.Round(part*1e3))*int64(time.Millisecond)).UTC(), nil
}
