package tables

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/internal/config"
)

// ErrNotReady means that nothing of what was asked about was read yet.
var ErrNotReady = errors.New("not every system was read yet; ask again when the first collection is over")

// BadError is what is wrong with a question.
type BadError struct {
	Path    string // Such as "filters.state".
	Message string
	Status  int // Of HTTP, where it is no 400 or 404.
}

// Error returns the place and what is wrong there.
func (e *BadError) Error() string {
	if e.Path == "" {
		return e.Message
	}
	return e.Path + ": " + e.Message
}

// Bad returns an error about one part of a question.
func Bad(path, format string, args ...any) error {
	return &BadError{Path: path, Message: fmt.Sprintf(format, args...)}
}

// The bounds of a question.
const (
	maxFilterValues = 1_000
	maxText         = 2 << 10
	defaultSpan     = 90 * 24 * time.Hour
)

// filtersOf checks the filters of a question and fills in defaults.
func filtersOf(d *Definition, given map[string][]string) (map[string][]string, error) {
	return CheckFilters("table "+d.Name, d.Filters, given)
}

// CheckFilters checks values against the filters of what is named, and fills
// in defaults.
func CheckFilters(of string, filters []api.TableFilter, given map[string][]string) (map[string][]string, error) {
	out := map[string][]string{}
	for _, f := range filters {
		values := slices.DeleteFunc(slices.Clone(given[f.Name]), func(v string) bool { return v == "" })
		if len(values) == 0 && f.Default != "" {
			values = []string{f.Default}
		}
		if err := checkFilter(&f, values); err != nil {
			return nil, err
		}
		if len(values) > 0 {
			out[f.Name] = values
		}
	}
	for _, name := range slices.Sorted(maps.Keys(given)) {
		if !slices.ContainsFunc(filters, func(f api.TableFilter) bool { return f.Name == name }) {
			return nil, Bad("filters."+name, "%s has no such filter; there are %s", of, names(filters, func(f api.TableFilter) string { return f.Name }))
		}
	}
	return out, nil
}

func checkFilter(f *api.TableFilter, values []string) error {
	path := "filters." + f.Name
	switch {
	case len(values) == 0 && f.Required:
		return Bad(path, "give a value: %s", cmp.Or(f.Help, f.Title))
	case len(values) > 1 && !f.Several:
		return Bad(path, "give one value, not %d", len(values))
	case len(values) > maxFilterValues:
		return Bad(path, "give at most %d values", maxFilterValues)
	}
	for _, v := range values {
		if len(v) > maxText {
			return Bad(path, "a value has %d bytes; at most %d", len(v), maxText)
		}
		if f.Kind == api.FilterEnum && !slices.Contains(f.Values, v) {
			return Bad(path, "%q is none of %s", v, strings.Join(f.Values, ", "))
		}
		if n, err := strconv.ParseFloat(v, 64); f.Kind == api.FilterNumber && (err != nil || math.IsNaN(n) || math.IsInf(n, 0)) {
			return Bad(path, "%q is not a number", v)
		}
	}
	return nil
}

// span returns the time that a timed table is asked about.
func span(ask *api.TableQuestion, now time.Time) (from, to time.Time, step time.Duration, err error) {
	to = ask.To
	if to.IsZero() {
		to = now
	}
	if from = ask.From; from.IsZero() {
		from = to.Add(-defaultSpan)
	}
	if !from.Before(to) {
		return from, to, 0, Bad("from", "%s is not before to, %s", from.Format(time.RFC3339), to.Format(time.RFC3339))
	}
	if ask.Step == "" {
		return from, to, 0, nil
	}
	var d config.Duration
	if err := d.UnmarshalText([]byte(ask.Step)); err != nil || d.Std() <= 0 {
		return from, to, 0, Bad("step", "%q is not a duration such as 24h or 1d", ask.Step)
	}
	return from, to, d.Std(), nil
}

func names[T any](list []T, name func(T) string) string {
	if len(list) == 0 {
		return "none"
	}
	all := make([]string, 0, len(list))
	for _, one := range list {
		all = append(all, name(one))
	}
	return strings.Join(all, ", ")
}
