package records

import (
	"strings"
	"time"
)

// DayInPath returns the day that is part of a file's path, as Azure's diagnostic
// settings ("…/y=2026/m=01/d=02/h=03/m=00/PT1H.json") and the sinks of Cloud
// Logging ("…/activity/2026/01/02/03:00:00_03:59:59_S0.json") write it. It is of
// use as a Description's DeliveryTime.
// https://learn.microsoft.com/azure/azure-monitor/platform/resource-logs-blob-format
// https://cloud.google.com/logging/docs/export/storage
func DayInPath(path string) (time.Time, bool) {
	parts := strings.Split(strings.ReplaceAll(path, `\`, "/"), "/")
	for i := len(parts) - 3; i >= 0; i-- {
		year, ok1 := numberIn(parts[i], "y=", 4)
		month, ok2 := numberIn(parts[i+1], "m=", 2)
		day, ok3 := numberIn(parts[i+2], "d=", 2)
		if ok1 && ok2 && ok3 && year > 1970 && month >= 1 && month <= 12 && day >= 1 && day <= 31 {
			return time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC), true
		}
	}
	return time.Time{}, false
}

// numberIn reads a number of so many digits, with a prefix or without.
func numberIn(s, prefix string, digits int) (n int, ok bool) {
	s = strings.TrimPrefix(s, prefix)
	if len(s) != digits {
		return 0, false
	}
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return 0, false
		}
		n = 10*n + int(s[i]-'0')
	}
	return n, true
}
