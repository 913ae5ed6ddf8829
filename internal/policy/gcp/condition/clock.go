package condition

import (
	"strings"
	"time"
	_ "time/tzdata" // Zones are the same on every machine.
)

// requestTime is the attribute that times come from.
const requestTime = "request.time"

// clock finds the function that returns a part of a time, in UTC or in the
// time zone that is its argument; nil if there is none of the name. See
// https://cloud.google.com/iam/docs/conditions-attribute-reference#date-time.
func clock(name string) func([]any) any {
	part := clockPart(name)
	if part == nil {
		return nil
	}
	return func(a []any) any {
		if d, ok := a[0].(time.Duration); ok && len(a) == 1 {
			return inDuration(name, d)
		}
		at, about, ok := moment(a[0])
		if !ok {
			return failure{}
		}
		if about {
			return unknown{[]string{requestTime}}
		}
		zone, ok := location(a[1:])
		if !ok {
			return unknown{[]string{requestTime}} // A zone that is not known here.
		}
		return part(at.In(zone))
	}
}

func clockPart(name string) func(time.Time) any {
	switch name {
	case "getFullYear":
		return func(t time.Time) any { return int64(t.Year()) }
	case "getMonth":
		return func(t time.Time) any { return int64(t.Month()) - 1 }
	case "getDate":
		return func(t time.Time) any { return int64(t.Day()) }
	case "getDayOfMonth":
		return func(t time.Time) any { return int64(t.Day()) - 1 }
	case "getDayOfWeek":
		return func(t time.Time) any { return int64(t.Weekday()) }
	case "getDayOfYear":
		return func(t time.Time) any { return int64(t.YearDay()) - 1 }
	case "getHours":
		return func(t time.Time) any { return int64(t.Hour()) }
	case "getMinutes":
		return func(t time.Time) any { return int64(t.Minute()) }
	case "getSeconds":
		return func(t time.Time) any { return int64(t.Second()) }
	case "getMilliseconds":
		return func(t time.Time) any { return int64(t.Nanosecond() / 1e6) }
	}
	return nil
}

// inDuration returns a duration in the unit that the function is named after.
func inDuration(name string, d time.Duration) any {
	switch name {
	case "getHours":
		return int64(d / time.Hour)
	case "getMinutes":
		return int64(d / time.Minute)
	case "getSeconds":
		return int64(d / time.Second)
	case "getMilliseconds":
		return int64(d / time.Millisecond)
	}
	return failure{}
}

// location finds a time zone: a name of the IANA database, or an offset such as
// "-08:00".
func location(args []any) (*time.Location, bool) {
	if len(args) == 0 {
		return time.UTC, true
	}
	name, ok := args[0].(string)
	if !ok {
		return nil, false
	}
	if strings.Contains(name, ":") {
		if !strings.HasPrefix(name, "-") && !strings.HasPrefix(name, "+") {
			name = "+" + name
		}
		t, err := time.Parse("-07:00", name)
		if err != nil {
			return nil, false
		}
		return t.Location(), true
	}
	if name == "" || name == "Local" {
		return nil, false
	}
	zone, err := time.LoadLocation(name)
	return zone, err == nil
}
