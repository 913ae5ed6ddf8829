package azure_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"time"

	"pgregory.net/rapid"

	"github.com/leastward/leastward/internal/usage"
)

// ctxOf is what a test has.
type ctxOf interface{ Context() context.Context }

type ctxOfRapid struct{ t *rapid.T }

func (c ctxOfRapid) Context() context.Context { return c.t.Context() }

func copyOf(s *usage.Seen) *usage.Seen {
	var b bytes.Buffer
	if _, err := s.WriteTo(&b); err != nil {
		panic(err)
	}
	out := usage.NewSeen()
	if _, err := out.ReadFrom(&b); err != nil {
		panic(err)
	}
	return out
}

func cloudOf(lists map[string][]string) *cloud {
	c := &cloud{lists: lists, faults: map[string][]fault{}, asked: map[string]int{}, log: newLogStore()}
	c.Server = httptest.NewServer(http.HandlerFunc(c.serve))
	return c
}

// breakOne has one of the blobs answer with failures.
func (c *cloud) breakOne(n int) {
	c.log.mu.Lock()
	defer c.log.mu.Unlock()
	for name := range c.log.blobs {
		if n--; n < 0 {
			c.fail("/logs/"+name, fault{status: 500, code: "InternalError", forever: true})
			return
		}
	}
}

func (c *cloud) mend() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.faults = map[string][]fault{}
}

// activityLog answers with the events of the span that $filter asks for.
func (s *logStore) activityLog(w http.ResponseWriter, r *http.Request) {
	m := regexp.MustCompile(`^eventTimestamp ge '([^']+)' and eventTimestamp le '([^']+)'$`).FindStringSubmatch(r.URL.Query().Get("$filter"))
	if m == nil {
		answerError(w, fault{status: 400, code: "BadRequest"})
		return
	}
	begin, _ := time.Parse(time.RFC3339, m[1])
	end, _ := time.Parse(time.RFC3339, m[2])
	var list []string
	for _, at := range s.activity {
		if !at.Before(begin) && !at.After(end) {
			list = append(list, strings.TrimSpace(event(fmt.Sprint(at.Unix()), at)))
		}
	}
	_, _ = io.WriteString(w, `{"value":[`+strings.Join(list, ",")+`]}`)
}
