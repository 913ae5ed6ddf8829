package logsql

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
)

const (
	// MaxSpellings bounds the spellings of a text that are sought one by one.
	maxSpellings = 16
	// MaxSieve bounds those of the piece that sorts out values beforehand.
	maxSieve = 8
)

// folded returns a regular expression for a text in any case.
func folded(text string) string {
	return "(?i:" + regexp.QuoteMeta(text) + ")"
}

// spellings returns every spelling of a text in upper and lower case, nil if
// there are more than most.
func spellings(text string, most int) []string {
	out := []string{""}
	for _, r := range text {
		forms := orbit(r)
		if len(out)*len(forms) > most {
			return nil
		}
		next := make([]string, 0, len(out)*len(forms))
		for _, s := range out {
			for _, form := range forms {
				next = append(next, s+string(form))
			}
		}
		out = next
	}
	return out
}

// orbit returns the characters that are the same but for their case.
func orbit(r rune) []rune {
	forms := []rune{r}
	for f := unicode.SimpleFold(r); f != r; f = unicode.SimpleFold(f) {
		forms = append(forms, f)
	}
	return forms
}

// anySpelling is a regular expression for one of several texts, in the form
// that the engine matches without running it as one.
func anySpelling(texts []string) string {
	quoted := make([]string, len(texts))
	for i, s := range texts {
		quoted[i] = regexp.QuoteMeta(s)
	}
	slices.Sort(quoted)
	return strings.Join(quoted, "|")
}

// sieve returns the spellings of the longest piece of the texts that has few of
// them; nil if there is none worth looking for.
func sieve(texts ...string) []string {
	best := ""
	for _, text := range texts {
		if piece := window(text); len(piece) > len(best) {
			best = piece
		}
	}
	if best == "" {
		return nil
	}
	return spellings(best, maxSieve)
}

// window returns the longest piece of a text with at most maxSieve spellings.
func window(text string) string {
	runes := []rune(text)
	count, from := 1, 0
	var best []rune
	for i, r := range runes {
		count *= len(orbit(r))
		for count > maxSieve {
			count /= len(orbit(runes[from]))
			from++
		}
		if i+1-from > len(best) {
			best = runes[from : i+1]
		}
	}
	return string(best)
}

// sifted is the filter that a column matches an expression which needs the
// texts, in any case.
func sifted(column, expr string, texts ...string) string {
	pieces := sieve(texts...)
	if pieces == nil {
		return matching(column, expr)
	}
	return all(matching(column, anySpelling(pieces)), matching(column, expr))
}

// containing is the filter that a column contains a text in any case.
func containing(column, text string) string {
	if few := spellings(text, maxSpellings); few != nil {
		return matching(column, anySpelling(few))
	}
	return sifted(column, folded(text), text)
}
