package resource

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/leastward/leastward/datasource/pkg/model"
	"github.com/leastward/leastward/internal/api"
)

// values completes values of a field of events.
func (h *Handler) values(w http.ResponseWriter, r *http.Request) {
	asked, query := r.URL.Query(), narrowed(r, "field", "prefix", "text", "limit")
	for _, name := range []string{"from", "to"} {
		at, err := instant(name, asked.Get(name))
		if err != nil {
			fail(w, err)
			return
		}
		if at != "" {
			query.Set(name, at)
		}
	}
	h.hand(w, r, &api.RawRequest{Method: http.MethodGet, Path: api.AuditValuesPath, Query: query})
}

// tableValues completes values of a filter of a table.
func (h *Handler) tableValues(w http.ResponseWriter, r *http.Request) {
	name := r.URL.Query().Get("table")
	if name == "" {
		fail(w, model.Wrong("table", "is missing; say of which table"))
		return
	}
	if leads(name) {
		fail(w, model.Wrong("table", "there is no table %q", name))
		return
	}
	path := strings.Replace(api.TableValuesPath, "{name}", url.PathEscape(name), 1)
	h.hand(w, r, &api.RawRequest{Method: http.MethodGet, Path: path, Query: narrowed(r, "filter", "prefix", "limit")})
}

// narrowed takes over the named parameters of a request, and its places.
func narrowed(r *http.Request, names ...string) url.Values {
	asked, query := r.URL.Query(), url.Values{}
	for _, name := range names {
		if v := asked.Get(name); v != "" {
			query.Set(name, v)
		}
	}
	for name, parameter := range map[string]string{"systems": "system", "clouds": "cloud", "folders": "folder"} {
		if values := several(asked[name]); len(values) > 0 {
			query[parameter] = values
		}
	}
	return query
}

// several takes lists that are repeated or have commas. "All" is none.
func several(given []string) []string {
	var out []string
	for _, list := range given {
		for one := range strings.SplitSeq(list, ",") {
			if one = strings.TrimSpace(one); one != "" {
				out = append(out, one)
			}
		}
	}
	if slices.ContainsFunc(out, model.IsAll) {
		return nil
	}
	return out
}

// instant takes a time as Grafana has it, in milliseconds, or RFC 3339.
func instant(name, text string) (string, error) {
	if text == "" {
		return "", nil
	}
	if ms, err := strconv.ParseInt(text, 10, 64); err == nil {
		return time.UnixMilli(ms).UTC().Format(time.RFC3339Nano), nil
	}
	if _, err := time.Parse(time.RFC3339, text); err != nil {
		return "", model.Wrong(name, "%.40q is neither milliseconds since 1970 nor a time such as 2026-01-31T12:00:00Z", text)
	}
	return text, nil
}
