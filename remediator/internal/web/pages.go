package web

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"html/template"
	"net/http"
	"strings"
	"time"

	"github.com/leastward/leastward/remediator/internal/change"
	"github.com/leastward/leastward/remediator/internal/playbook"
	"github.com/leastward/leastward/remediator/internal/script"
	"github.com/leastward/leastward/remediator/internal/store"
)

// maxListed bounds the list of runs on a page.
const maxListed = 500

// functions are what the pages call.
func functions() template.FuncMap {
	return template.FuncMap{
		"when": func(t time.Time) string {
			if t.IsZero() {
				return "–"
			}
			return t.UTC().Format("2006-01-02 15:04:05 UTC")
		},
		"words": func(s store.State) string { return strings.ReplaceAll(string(s), "_", " ") },
		"short": func(id any) string {
			text := fmt.Sprint(id)
			return text[strings.LastIndexAny(text, ":")+1:]
		},
		"percent": func(share float64) string { return fmt.Sprintf("%.0f %%", 100*share) },
		"brief":   brief,
		"doing":   doing,
		"pretty":  pretty,
		"json": func(v any) string {
			text, err := json.Marshal(v)
			if err != nil {
				return err.Error()
			}
			return string(text)
		},
	}
}

// doing says what is done in a state.
func doing(s store.State) string {
	switch s {
	case store.Received, store.Approved:
		return "Checking the evidence and the identity"
	case store.Evidenced:
		return "Making the plan"
	case store.Planned:
		return "Replaying what was used"
	case store.Replayed:
		return "Checking the caps"
	case store.Snapshotted, store.Applying:
		return "Changing the identity"
	case store.RollingBack:
		return "Rolling back"
	case store.AwaitingApproval, store.Verified, store.Watching,
		store.Done, store.DryRunDone, store.Refused, store.Denied, store.Expired, store.Failed, store.RolledBack:
	}
	return "The next step"
}

// brief is the beginning of a text that may be long.
func brief(text string) string {
	const most = 160
	runes := []rune(text)
	if len(runes) <= most {
		return text
	}
	return string(runes[:most]) + "…"
}

// pretty indents a policy document; what is no JSON stays as it is.
func pretty(document string) string {
	var out bytes.Buffer
	if json.Indent(&out, []byte(document), "", "  ") != nil {
		return document
	}
	return out.String()
}

func (s *Server) list(w http.ResponseWriter, r *http.Request) {
	runs, err := s.o.Store.Runs(r.Context(), store.Filter{Limit: maxListed})
	if err != nil {
		s.fail(w, r, err)
		return
	}
	s.render(w, r, http.StatusOK, "list.html", map[string]any{"Runs": runs, "Max": maxListed})
}

// page is what the page of a run shows.
type page struct {
	*store.Run
	Approvals []store.Approval
	Ledger    []store.Entry
	Events    []store.Event
	Before    change.Facts // What each operation replaces.

	Awaits, CanRollBack bool
	Who                 string // Under which name the reader logged in.
	Token               string
	Problem             string // Why the decision just taken was not accepted.
}

func (s *Server) show(w http.ResponseWriter, r *http.Request) {
	s.showRun(w, r, http.StatusOK, "")
}

func (s *Server) showRun(w http.ResponseWriter, r *http.Request, status int, problem string) {
	p, err := s.page(w, r)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	p.Problem = problem
	s.render(w, r, status, "run.html", p)
}

func (s *Server) page(w http.ResponseWriter, r *http.Request) (p *page, err error) {
	ctx, id := r.Context(), r.PathValue("id")
	p = &page{Who: s.o.Login.who(r), Token: s.token(w, r)}
	if p.Run, err = s.o.Store.Run(ctx, id); err != nil {
		return nil, err
	}
	if p.Approvals, err = s.o.Store.Approvals(ctx, id); err != nil {
		return nil, err
	}
	if p.Ledger, err = s.o.Store.Ledger(ctx, id); err != nil {
		return nil, err
	}
	if p.Events, err = s.o.Store.Events(ctx, id); err != nil {
		return nil, err
	}
	if p.Plan != nil {
		p.Before = p.Plan.Before
	}
	p.Awaits, p.CanRollBack = p.State == store.AwaitingApproval, playbook.RollsBack(p.Run)
	return p, nil
}

// Old returns the document or value that an operation removes or replaces.
func (p *page) Old(o change.Operation) string { return p.Before[o.Key()] }

// submit takes a decision from a form.
func (s *Server) submit(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, 64<<10)
	if !s.genuine(r) {
		s.showRun(w, r, http.StatusForbidden, "The form was too old, or did not come from this page. Please decide again.")
		return
	}
	d := playbook.Decision{
		Run: r.PathValue("id"), Plan: r.PostFormValue("plan"),
		Who: s.name(r, r.PostFormValue("who")), Reason: strings.TrimSpace(r.PostFormValue("reason")),
	}
	if err := s.decide(r.Context(), r.PathValue("decision"), d); err != nil {
		status := statusOf(err)
		if status >= http.StatusInternalServerError || errors.Is(err, store.ErrNotFound) {
			s.fail(w, r, err)
			return
		}
		s.showRun(w, r, status, err.Error())
		return
	}
	http.Redirect(w, r, "/runs/"+d.Run, http.StatusSeeOther)
}

// name is who decides: the one who logged in, or what was typed where nobody
// logs in.
func (s *Server) name(r *http.Request, typed string) string {
	if s.o.Login != Typed {
		return s.o.Login.who(r)
	}
	return strings.TrimSpace(typed)
}

// download gives the plan away as a script or for other tools.
func (s *Server) download(w http.ResponseWriter, r *http.Request) {
	run, err := s.o.Store.Run(r.Context(), r.PathValue("id"))
	if err != nil {
		s.fail(w, r, err)
		return
	}
	text, err := render(run, r.PathValue("file"))
	if err != nil {
		s.fail(w, r, err)
		return
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="leastward-`+run.ID+"-"+r.PathValue("file")+`"`)
	_, _ = w.Write(text)
}

func render(run *store.Run, file string) ([]byte, error) {
	if run.Plan == nil {
		return nil, store.ErrNotFound
	}
	switch file {
	case "apply.sh":
		return []byte(script.Shell(run.Plan)), nil
	case "rollback.sh":
		return []byte(script.RollBack(run.Plan)), nil
	case "plan.tf.json":
		return script.Terraform(run.Plan)
	case "plan.json":
		return script.JSON(run.Plan)
	}
	return nil, store.ErrNotFound
}

func (s *Server) render(w http.ResponseWriter, r *http.Request, status int, name string, data any) {
	var out bytes.Buffer
	if err := s.pages.ExecuteTemplate(&out, name, data); err != nil {
		s.fail(w, r, err)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = out.WriteTo(w)
}
