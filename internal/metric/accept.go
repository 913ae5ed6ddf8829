package metric

import (
	"net/http"
	"strconv"
	"strings"
)

// acceptsGzip reports whether the client takes a gzip body, see RFC 9110,
// section 12.5.3. A quality of 0 is a refusal; gzip by name goes before "*".
func acceptsGzip(h http.Header) bool {
	wildcard := false
	for _, line := range h.Values("Accept-Encoding") {
		for item := range strings.SplitSeq(line, ",") {
			coding, params, _ := strings.Cut(item, ";")
			switch strings.ToLower(strings.TrimSpace(coding)) {
			case "gzip", "x-gzip":
				return quality(params) > 0
			case "*":
				wildcard = quality(params) > 0
			}
		}
	}
	return wildcard
}

// quality returns the q parameter, 1 where there is none.
func quality(params string) float64 {
	for param := range strings.SplitSeq(params, ";") {
		name, value, _ := strings.Cut(param, "=")
		if strings.EqualFold(strings.TrimSpace(name), "q") {
			q, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
			if err != nil {
				return 0
			}
			return q
		}
	}
	return 1
}
