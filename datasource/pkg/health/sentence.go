package health

import (
	"fmt"
	"strings"
	"time"
)

// sentence says in words what was found.
func sentence(f *found, now time.Time) string {
	var b strings.Builder
	fmt.Fprintf(&b, "Connected to the exporter%s%s: %s", version(f.Version), as(f), systemsText(f))
	if !f.LastCollected.IsZero() {
		fmt.Fprintf(&b, ", last collected %s ago", ago(now.Sub(f.LastCollected)))
	}
	fmt.Fprintf(&b, ", %d tables", f.Tables)
	if f.Events != nil {
		fmt.Fprintf(&b, ", %d events", *f.Events)
	}
	b.WriteString(".")
	for _, w := range f.Warnings {
		b.WriteString(" Warning: " + w + ".")
	}
	return b.String()
}

func version(v string) string {
	if v == "" {
		return ""
	}
	return " " + v
}

func as(f *found) string {
	switch {
	case f.Caller != "" && f.Role != "":
		return fmt.Sprintf(" as %s (%s)", f.Caller, f.Role)
	case f.Caller != "":
		return " as " + f.Caller
	}
	return ""
}

func systemsText(f *found) string {
	text := fmt.Sprintf("%d authorization systems", f.Systems)
	if f.Systems == 1 {
		text = "1 authorization system"
	}
	var states []string
	for _, s := range []struct {
		n    int
		name string
	}{{f.Online, "online"}, {f.Pending, "not read yet"}, {f.Failed, "failed"}} {
		if s.n > 0 {
			states = append(states, fmt.Sprintf("%d %s", s.n, s.name))
		}
	}
	if len(states) == 0 {
		return text
	}
	return text + " (" + strings.Join(states, ", ") + ")"
}

// ago is a duration in its two greatest units.
func ago(d time.Duration) string {
	switch d = d.Abs(); {
	case d < time.Minute:
		return fmt.Sprintf("%d s", int(d.Seconds()))
	case d < time.Hour:
		return fmt.Sprintf("%d min", int(d.Minutes()))
	case d < 48*time.Hour:
		return fmt.Sprintf("%d h %d min", int(d.Hours()), int(d.Minutes())%60)
	}
	return fmt.Sprintf("%d days", int(d.Hours()/24))
}
