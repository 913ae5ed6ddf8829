package tables

import (
	"fmt"
	"time"

	"github.com/leastward/leastward/datasource/pkg/model"
)

// fewest are the intervals that a history has at least room for.
const fewest = 50

// step is the distance of the points of a history: the panel's interval, in
// whole hours, for collections are not more frequent than that.
func step(q *model.Query) string {
	span := q.To.Sub(q.From)
	if span <= 0 {
		return ""
	}
	points := time.Duration(max(q.MaxDataPoints, fewest))
	wide := max(q.Interval, span/points, time.Hour)
	switch hours := int64((wide + time.Hour - 1) / time.Hour); {
	case hours <= 12:
		return fmt.Sprintf("%dh", hours)
	default:
		return fmt.Sprintf("%dd", (hours+23)/24)
	}
}
