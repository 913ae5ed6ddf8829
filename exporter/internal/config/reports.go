package config

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/leastward/leastward/internal/report"
	"github.com/leastward/leastward/internal/report/render"
)

func (c *Config) validateReports() error {
	names := map[string]bool{}
	for i, r := range c.Reports {
		if r == nil {
			return fmt.Errorf("reports[%d]: is empty", i)
		}
		if err := r.validate(c); err != nil {
			return fmt.Errorf("reports[%d].%w", i, err)
		}
		if names[r.Name] {
			return fmt.Errorf("reports[%d].name: %q stands twice", i, r.Name)
		}
		names[r.Name] = true
	}
	return nil
}

func (r *Report) validate(c *Config) error {
	r.Format, r.Timezone = cmp.Or(r.Format, "pdf"), cmp.Or(r.Timezone, "UTC")
	r.At, r.Weekday, r.Day = cmp.Or(r.At, "00:00"), cmp.Or(r.Weekday, "monday"), cmp.Or(r.Day, 1)
	if !regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,62}$`).MatchString(r.Name) {
		return fmt.Errorf("name: %q is not made of small letters, digits and hyphens, at most 63", r.Name)
	}
	if err := oneOf("report", report.Kind(r.Report), report.Kinds()...); err != nil {
		return err
	}
	if err := oneOf("format", render.Format(r.Format), render.Formats()...); err != nil {
		return err
	}
	if len(r.Parts) > 0 && len(r.Filters["part"]) > 0 {
		return errors.New("parts, filters.part: mean the same; give one of the two")
	}
	if err := oneOf("cadence", r.Cadence, "hourly", "daily", "weekly", "biweekly", "monthly"); err != nil {
		return err
	}
	return errors.Join(r.validateTime(), r.validateDelivery(c))
}

func oneOf[T ~string](field string, value T, allowed ...T) error {
	if slices.Contains(allowed, value) {
		return nil
	}
	names := make([]string, len(allowed))
	for i, a := range allowed {
		names[i] = string(a)
	}
	return fmt.Errorf("%s: %q is not one of %s", field, value, strings.Join(names, ", "))
}

// Chosen returns the filters of the report, its parts among them.
func (r *Report) Chosen() map[string][]string {
	chosen := maps.Clone(r.Filters)
	if len(r.Parts) > 0 {
		if chosen == nil {
			chosen = map[string][]string{}
		}
		chosen["part"] = r.Parts
	}
	return chosen
}

func (r *Report) validateTime() error {
	if _, err := time.Parse("15:04", r.At); err != nil {
		return fmt.Errorf("at: %q is not a time of day such as 07:30", r.At)
	}
	if _, err := time.LoadLocation(r.Timezone); err != nil || r.Timezone == "Local" {
		return fmt.Errorf("timezone: %q is not an IANA time zone such as Europe/Berlin", r.Timezone)
	}
	if _, ok := Weekday(r.Weekday); !ok {
		return fmt.Errorf("weekday: %q is not a day of the week such as monday", r.Weekday)
	}
	if r.Day < 1 || r.Day > 31 {
		return fmt.Errorf("day: %d is not a day of the month", r.Day)
	}
	return nil
}

// Weekday returns the day that an English name, in any case, stands for.
func Weekday(name string) (time.Weekday, bool) {
	for d := time.Sunday; d <= time.Saturday; d++ {
		if strings.EqualFold(name, d.String()) {
			return d, true
		}
	}
	return 0, false
}

func (r *Report) validateDelivery(c *Config) error {
	switch {
	case len(r.Email) == 0 && r.Directory == "":
		return errors.New("email, directory: give at least one, or the report goes nowhere")
	case len(r.Email) > 0 && c.SMTP == nil:
		return errors.New("email: needs the section smtp, which says what server to send through")
	}
	for i, address := range r.Email {
		if !isAddress(address) {
			return fmt.Errorf("email[%d]: %q is not a mail address such as audit@example.com", i, address)
		}
	}
	ids, folders := c.scopes()
	for _, id := range r.Systems {
		if !ids[id] {
			return fmt.Errorf("systems: %s is not the id of %s in this file", id, c.aSystem())
		}
	}
	for _, name := range r.Folders {
		if !folders[name] {
			return fmt.Errorf("folders: no %s of this file is in %q", c.noun(), name)
		}
	}
	return nil
}

func (c *Config) scopes() (ids, folders map[string]bool) {
	ids, folders = map[string]bool{}, map[string]bool{}
	for _, s := range c.Systems() {
		ids[string(s.ID)] = true
		for _, f := range s.Folders {
			folders[f] = true
		}
	}
	return ids, folders
}
