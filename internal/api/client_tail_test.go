package api_test

import (
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/internal/entitlement"
)

// A live stream hands on events and heartbeats, and says when it is cut.
func TestTail(t *testing.T) {
	t.Parallel()
	const beat = `{"heartbeat":"2026-01-02T03:04:05Z"}` + "\n"
	for name, tc := range map[string]struct {
		body, want string
		events     string
	}{
		"cut":       {beat + `{"id":"a"}` + "\n" + beat + `{"id":"b"}` + "\n", "cut off", "♥a♥b"},
		"told so":   {beat + `{"done":false,"count":0,"partial":false,"error":"the exporter ends"}` + "\n", "the exporter ends", "♥"},
		"not lines": {"<html>\n", "decode a line", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var seen strings.Builder
			err := client(t, answer(http.StatusOK, tc.body)).Tail(t.Context(), &api.TailQuestion{}, func(e *api.AuditEvent) error {
				seen.WriteString(e.ID)
				return nil
			}, func(time.Time) error {
				seen.WriteString("♥")
				return nil
			})
			if err == nil || !strings.Contains(err.Error(), tc.want) || seen.String() != tc.events {
				t.Errorf("events %q, error %v", seen.String(), err)
			}
		})
	}
	status, ok := errors.AsType[*api.StatusError](client(t, answer(http.StatusUnauthorized, `{"error":"who?"}`)).Tail(t.Context(), &api.TailQuestion{}, nil, nil))
	if !ok || status.Status != http.StatusUnauthorized {
		t.Errorf("refused: %v", status)
	}
}

// What narrows a stream or a completion goes into the address, escaped.
func TestParameters(t *testing.T) {
	t.Parallel()
	var got []url.Values
	c := client(t, func(w http.ResponseWriter, r *http.Request) {
		got = append(got, r.URL.Query())
		_, _ = io.WriteString(w, `{"values":[]}`)
	})
	_ = c.Tail(t.Context(), &api.TailQuestion{
		Text: `username:"a, b"`, Clouds: []entitlement.Cloud{"aws"}, Systems: []entitlement.SystemID{"1", "2"}, Folders: []string{"p&q"},
	}, func(*api.AuditEvent) error { return nil }, nil)
	from := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	if _, err := c.ValuesOf(t.Context(), &api.ValuesQuestion{Field: "username", Prefix: "a=b", Limit: 5, From: from, Systems: []entitlement.SystemID{"1"}}); err != nil {
		t.Error(err)
	}
	want := []url.Values{
		{"text": {`username:"a, b"`}, "cloud": {"aws"}, "system": {"1", "2"}, "folder": {"p&q"}},
		{"field": {"username"}, "prefix": {"a=b"}, "limit": {"5"}, "from": {"2026-01-02T03:04:05Z"}, "system": {"1"}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// What is asked for raw comes as it is, whatever its status.
func TestRaw(t *testing.T) {
	t.Parallel()
	c := client(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		user, _, _ := r.BasicAuth()
		w.WriteHeader(http.StatusTeapot)
		_, _ = io.WriteString(w, strings.Join([]string{r.Method, r.URL.String(), r.Header.Get("Accept"), r.Header.Get("Content-Type"), user, string(body)}, " "))
	})
	resp, err := c.Raw(t.Context(), &api.RawRequest{
		Method: http.MethodPost, Path: "/api/v1/x", Query: url.Values{"a": {"b c"}}, Accept: "text/csv", Body: []byte(`{}`),
	})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	body, _ := io.ReadAll(resp.Body)
	if want := "POST /api/v1/x?a=b+c text/csv application/json leastward {}"; resp.StatusCode != http.StatusTeapot || string(body) != want {
		t.Errorf("%s: %s", resp.Status, body)
	}
}
