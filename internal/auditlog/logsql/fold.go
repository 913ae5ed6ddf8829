package logsql

import (
	"regexp"
	"strings"
	"unicode"
)

// maxSpellings bounds the spellings of a text that are sought one by one.
const maxSpellings = 8

// folded returns a regular expression for a text in any case.
func folded(text string) string {
	return "(?i:" + regexp.QuoteMeta(text) + ")"
}

// spellings returns every spelling of a text in upper and lower case, nil if
// there are more than maxSpellings. What comes first in the text changes fastest
// from one to the next.
func spellings(text string) []string {
	out := []string{""}
	for _, r := range text {
		forms := orbit(r)
		if len(out)*len(forms) > maxSpellings {
			return nil
		}
		next := make([]string, 0, len(out)*len(forms))
		for _, form := range forms {
			for _, s := range out {
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

// anySpelling is a regular expression for one of several texts. The engine seeks
// alternatives one by one, an order of magnitude faster than it runs a regular
// expression, as long as the standard library does not make classes of letters
// of them: it does where neighbours begin alike, which [spellings] avoids.
func anySpelling(texts []string) string {
	quoted := make([]string, len(texts))
	for i, s := range texts {
		quoted[i] = regexp.QuoteMeta(s)
	}
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
	return spellings(best)
}

// window returns the longest piece of a text with at most maxSpellings spellings.
func window(text string) string {
	runes := []rune(text)
	count, from := 1, 0
	var best []rune
	for i, r := range runes {
		count *= len(orbit(r))
		for count > maxSpellings {
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
	if few := spellings(text); few != nil {
		return matching(column, anySpelling(few))
	}
	return sifted(column, folded(text), text)
}
