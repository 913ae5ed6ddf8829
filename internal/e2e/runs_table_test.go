package e2e_test

import (
	"slices"

	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/internal/config"
)

// asking returns the exporter's client with a token.
func (s *suite) asking(token config.Secret) *api.Client {
	s.t.Helper()
	c, err := api.NewClient(api.ClientOptions{URL: s.exporter.url, Token: token})
	if err != nil {
		s.t.Fatal(err)
	}
	return c
}

// checkRunsTable wants the run in the exporter's table, as the remediator has
// it, and only for those who may see its system; so with the finding.
func (s *suite) checkRunsTable(r runInfo, state string, given float64) {
	s.t.Helper()
	question := &api.TableQuestion{Columns: []string{"run", "state", "pending", "identity", "name", "finding", "url", "approvals_given", "approvals_needed"}}
	t := s.runsTable("remediator-0123456789abcdef", question)
	text := func(i int) string { return *t.Columns[i].Strings[0] }
	pending := map[bool]string{true: "yes", false: "no"}[state == "awaiting_approval"]
	want := []string{r.ID, state, pending, userARN("idle"), "idle", r.Evidence.Finding.ID, "https://remediation.example.com/base/runs/" + r.ID}
	if t.Rows != 1 {
		s.t.Fatalf("%d runs, want one", t.Rows)
	}
	if got := []string{text(0), text(1), text(2), text(3), text(4), text(5), text(6)}; !slices.Equal(got, want) {
		s.t.Errorf("the run is %q, want %q", got, want)
	}
	if *t.Columns[7].Numbers[0] != given || *t.Columns[8].Numbers[0] != 1 {
		s.t.Errorf("approvals %v of %v, want %v of 1", *t.Columns[7].Numbers[0], *t.Columns[8].Numbers[0], given)
	}
	if t := s.runsTable("elsewhere-0123456789abcdef", question); t.Rows != 0 {
		s.t.Errorf("who may not see the account is shown %d runs", t.Rows)
	}
}

func (s *suite) runsTable(token config.Secret, q *api.TableQuestion) *api.Table {
	s.t.Helper()
	t, err := s.asking(token).Table(s.t.Context(), "runs", q)
	if err != nil {
		s.t.Fatal(err)
	}
	return t
}
