package search

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// spread adds a row with several values to the group of each, or of each
// combination of values of different sets.
func (w *gathering) spread(i int) error {
	tuples := [][]string{slices.Clone(w.valuesAt(i))}
	for set := range len(w.rows.By) {
		lists, most, err := w.lists(set, i)
		if err != nil {
			return err
		}
		if most > 0 {
			tuples = combine(tuples, lists, most)
		}
	}
	for _, t := range tuples {
		w.touch(w.of(t), i)
	}
	return nil
}

// lists returns the several values of the fields of a set, by field, and how
// many they are; 0 where the row has no several values of the set.
func (w *gathering) lists(set, i int) (lists map[int][]string, most int, err error) {
	for j, f := range w.rows.By {
		if f.Set != set || f.Several < 0 {
			continue
		}
		list, err := w.arrays.of(w.at(f.Several, i))
		if err != nil {
			return nil, 0, fmt.Errorf("column %s of an event: %w", w.rows.Columns[f.Several], err)
		}
		if lists == nil {
			lists = map[int][]string{}
		}
		lists[j], most = list, max(most, len(list))
	}
	return lists, most, nil
}

// combine makes each tuple into one for each place of the lists; a list that is
// shorter has no value there.
func combine(tuples [][]string, lists map[int][]string, most int) [][]string {
	out := make([][]string, 0, len(tuples)*most)
	for _, t := range tuples {
		for k := range most {
			next := slices.Clone(t)
			for j, list := range lists {
				next[j] = ""
				if k < len(list) {
					next[j] = list[k]
				}
			}
			out = append(out, next)
		}
	}
	return out
}

// arrays remembers what JSON arrays hold: the same come again and again.
type arrays map[string][]string

// mostArrays bounds what is remembered.
const mostArrays = 1000

func (a *arrays) of(text string) ([]string, error) {
	if text == "" {
		return nil, nil
	}
	if list, ok := (*a)[text]; ok {
		return list, nil
	}
	var list []string
	if err := json.Unmarshal([]byte(text), &list); err != nil {
		return nil, err
	}
	if *a == nil || len(*a) >= mostArrays {
		*a = arrays{}
	}
	(*a)[strings.Clone(text)] = list
	return list, nil
}
