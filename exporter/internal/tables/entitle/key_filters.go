package entitle

import (
	"strconv"
	"strings"

	"github.com/leastward/leastward/exporter/internal/tables"
	"github.com/leastward/leastward/internal/api"
)

func keyFilters() []api.TableFilter {
	return []api.TableFilter{
		tables.Enum("status", "Status", "", false, "active", "inactive"),
		tables.Enum("age", "Age", "Older than so many days.", false, ">30", ">60", ">90", ">180", ">365"),
		tables.Enum("age_bucket", "Age, days", "", true, "0-30", "31-90", "91-180", "181-365", "over 365"),
		tables.Enum("used_within", "Used within", "Used within so many days, or never as far as the cloud knows.", true, "never", "30", "60", "90", "180", "365"),
		tables.Enum("unused_for", "Unused for", "Not used within so many days, never included; keys of which the last use is not known are left out.", false,
			"30", "60", "90", "180", "365"),
		byBand(), bySeverity(), yes("super", "Super", "The user may do every action on every resource."),
		tables.Complete("owner", "Owner", ""), tables.Complete("identity", "Identity", "Unique id of the user."),
		tables.Complete("name", "Name", "Of the user."), tables.Complete("access_key", "Access key", ""),
	}
}

func keepsKey(q *tables.Question, k *key) bool {
	return q.Keeps("access_key", string(k.key.ID)) && q.Keeps("status", k.status()) &&
		q.Keeps("age_bucket", k.bucket(k.key.Created).Name()) && k.olderThan(q.Value("age")) &&
		k.usedWithin(q.Values("used_within")) && k.unusedFor(q.Value("unused_for"))
}

func (k *key) olderThan(bound string) bool {
	if bound == "" {
		return true
	}
	age := k.since(k.key.Created)
	return !age.Empty() && age.Int() > daysOf(strings.TrimPrefix(bound, ">"))
}

func (k *key) usedWithin(bounds []string) bool {
	for _, b := range bounds {
		if b == "never" && k.use() == "never" || b != "never" && k.use() == "used" && k.since(k.key.LastUsed).Int() <= daysOf(b) {
			return true
		}
	}
	return len(bounds) == 0
}

func (k *key) unusedFor(bound string) bool {
	switch {
	case bound == "":
		return true
	case k.use() == "used":
		return k.since(k.key.LastUsed).Int() > daysOf(bound)
	}
	return k.use() == "never"
}

// daysOf reads a number that a filter's values allow.
func daysOf(text string) int64 {
	n, _ := strconv.ParseInt(text, 10, 64)
	return n
}

// numberOf reads a number that a filter was checked to be.
func numberOf(text string) float64 {
	f, _ := strconv.ParseFloat(text, 64)
	return f
}
