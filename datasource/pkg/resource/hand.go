package resource

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/grafana/grafana-plugin-sdk-go/backend"

	"github.com/leastward/leastward/datasource/pkg/failure"
	"github.com/leastward/leastward/internal/api"
)

// maxBody bounds what is asked, in bytes.
const maxBody = 1 << 20

// bodyOf reads a body: nil if there is none. It must be JSON.
func bodyOf(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	if r.Body == nil || r.Method == http.MethodGet || r.Method == http.MethodDelete {
		return nil, nil
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		return nil, &failure.Problem{Status: http.StatusRequestEntityTooLarge, Message: fmt.Sprintf("The request has more than %d bytes.", maxBody)}
	case err != nil:
		return nil, err
	case len(body) == 0:
		return nil, nil
	case !json.Valid(body):
		return nil, &failure.Problem{Status: http.StatusBadRequest, Message: "The body of the request is not JSON."}
	}
	return body, nil
}

// climbs reports whether a variable part of a request's path would lead to
// another path than the one that it is a part of.
func climbs(r *http.Request) bool {
	return slices.ContainsFunc([]string{"id", "name", "kind"}, func(part string) bool { return leads(r.PathValue(part)) })
}

func leads(part string) bool { return part == "." || part == ".." }

// filled puts the variable parts of a request's path into another.
func filled(path string, r *http.Request) string {
	for _, name := range []string{"id", "name", "kind"} {
		if v := r.PathValue(name); v != "" {
			path = strings.Replace(path, "{"+name+"}", url.PathEscape(v), 1)
		}
	}
	return path
}

// hand asks the exporter and hands its answer on.
func (h *Handler) hand(w http.ResponseWriter, r *http.Request, ask *api.RawRequest) {
	resp, err := h.client.Raw(r.Context(), ask)
	if err != nil {
		fail(w, err)
		return
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode >= http.StatusMultipleChoices {
		fail(w, refused(resp))
		return
	}
	if kind, _, _ := mime.ParseMediaType(resp.Header.Get("Content-Type")); kind == "text/html" {
		fail(w, &json.SyntaxError{}) // The exporter has no such answer: something else listens there.
		return
	}
	for _, name := range []string{"Content-Type", "Content-Disposition", "Content-Length"} {
		if v := resp.Header.Get(name); v != "" {
			w.Header().Set(name, v)
		}
	}
	w.WriteHeader(resp.StatusCode)
	pieces(w, resp.Body)
}

// refused reads an answer that is no success.
func refused(resp *http.Response) error {
	e := &api.StatusError{Status: resp.StatusCode}
	_ = json.NewDecoder(io.LimitReader(resp.Body, 1<<20)).Decode(&e.Answer) // It may be another's.
	return e
}

// piece is how much of a file goes to Grafana at once, in bytes: one message of
// gRPC has a bound.
const piece = 1 << 20

// pieces copies an answer piece by piece.
func pieces(w http.ResponseWriter, body io.Reader) {
	control := http.NewResponseController(w)
	for {
		n, err := io.CopyN(w, body, piece)
		if n > 0 {
			_ = control.Flush()
		}
		if err != nil {
			return // The end; or broken off, which the length shows.
		}
	}
}

// editors lets only those change what is saved who may edit dashboards.
func editors(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		user := backend.UserFromContext(r.Context())
		if user == nil || user.Role != "Editor" && user.Role != "Admin" {
			fail(w, &failure.Problem{
				Status:  http.StatusForbidden,
				Message: "Saved queries can be changed by editors and administrators of the Grafana organisation. Ask one of them, or for the role Editor.",
			})
			return
		}
		next(w, r)
	}
}
