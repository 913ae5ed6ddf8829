package web

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"github.com/leastward/leastward/internal/alert"
	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/remediator/internal/store"
)

// maxValues bounds the values of one parameter of a list.
const maxValues = 5_000

// apiList answers GET /api/v1/runs. With brief=true it answers with [api.Runs],
// otherwise with everything that is known of each run.
func (s *Server) apiList(w http.ResponseWriter, r *http.Request) {
	f, brief, err := filterOf(r.URL.Query())
	if err != nil {
		writeJSON(w, http.StatusBadRequest, api.Error{Message: err.Error()})
		return
	}
	limit := f.Limit
	f.Limit++ // One more tells whether there are more.
	runs, err := s.o.Store.Runs(r.Context(), f)
	if err != nil {
		s.failJSON(w, r, err)
		return
	}
	more := len(runs) > limit
	runs = runs[:min(limit, len(runs))]
	if brief {
		s.apiBrief(w, r, runs, more)
		return
	}
	list := make([]runJSON, len(runs))
	for i, run := range runs {
		list[i] = toJSON(run)
	}
	writeJSON(w, http.StatusOK, map[string]any{"runs": list})
}

func (s *Server) apiBrief(w http.ResponseWriter, r *http.Request, runs []*store.Run, more bool) {
	given, err := s.o.Store.Given(r.Context())
	if err != nil {
		s.failJSON(w, r, err)
		return
	}
	out := api.Runs{Runs: make([]api.Run, 0, len(runs)), More: more}
	for _, run := range runs {
		out.Runs = append(out.Runs, briefOf(run, given))
	}
	writeJSON(w, http.StatusOK, out)
}

func briefOf(r *store.Run, given map[[2]string]int) api.Run {
	out := api.Run{
		ID: r.ID, State: string(r.State), Playbook: r.Playbook, Mode: string(r.Mode),
		Cloud: r.Subject.Cloud, System: r.Subject.System, Identity: r.Subject.Identity, Category: r.Category, Finding: r.Finding,
		Owner: r.Owner, Severity: alert.Severity(r.Alert.Labels[alert.LabelSeverity]), Reason: r.Why,
		ReceivedAt: r.ReceivedAt, UpdatedAt: r.UpdatedAt, ExpiresAt: r.ExpiresAt, AppliedAt: r.AppliedAt,
		ApprovalsNeeded: r.Required, Pending: r.State == store.AwaitingApproval, Ended: r.State.Ended(),
	}
	if r.Trouble != nil {
		out.Trouble = r.Trouble.Error
	}
	if r.Plan != nil {
		out.ApprovalsGiven = given[[2]string{r.ID, r.Plan.Version}]
	}
	return out
}

// filterOf reads the parameters of a list.
func filterOf(q url.Values) (f store.Filter, brief bool, err error) {
	f = store.Filter{Playbooks: q["playbook"], Systems: q["system"], Identities: q["identity"], Findings: q["finding"], Limit: maxListed}
	for name, values := range q {
		if len(values) > maxValues {
			return f, false, fmt.Errorf("%s: stands %d times; at most %d", name, len(values), maxValues)
		}
	}
	for _, text := range q["state"] {
		if text == "" {
			continue
		}
		if !slices.Contains(store.States(), store.State(text)) {
			return f, false, errors.New("state: there is no such state")
		}
		f.States = append(f.States, store.State(text))
	}
	if text := q.Get("brief"); text != "" {
		if brief, err = strconv.ParseBool(text); err != nil {
			return f, false, errors.New("brief: neither true nor false")
		}
	}
	if text := q.Get("limit"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 || n > 1_000_000 {
			return f, false, errors.New("limit: not a number above 0")
		}
		f.Limit = n
	}
	return f, brief, nil
}
