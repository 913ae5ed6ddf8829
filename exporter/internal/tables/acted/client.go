// Package acted has the tables about what the remediator does. The exporter only
// reads there.
package acted

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"

	"github.com/leastward/leastward/exporter/internal/config"
	"github.com/leastward/leastward/exporter/internal/tables"
	"github.com/leastward/leastward/internal/api"
	shared "github.com/leastward/leastward/internal/config"
)

// maxAnswer bounds what is read of an answer, in bytes. A run is about 800.
const maxAnswer = 64 << 20

// Remediator reads the remediator's API, as it is configured now.
type Remediator struct {
	Config func() *config.Remediation
	http   *http.Client
}

// NewRemediator returns a reader. The function returns nil where none is
// configured.
func NewRemediator(c func() *config.Remediation) *Remediator {
	return &Remediator{Config: c, http: &http.Client{
		Transport: &http.Transport{Proxy: http.ProxyFromEnvironment, DialContext: (&net.Dialer{}).DialContext, MaxIdleConnsPerHost: 4},
		// It sends no redirect, and the credentials are for nobody else.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// runs lists runs. Its errors are for the asker and tell no secret.
func (r *Remediator) runs(ctx context.Context, c *config.Remediation, query url.Values) (*api.Runs, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, c.Timeout.Std(), errSlow)
	defer cancel()
	query.Set("brief", "true")
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, strings.TrimSuffix(c.URL, "/")+api.RunsPath+"?"+query.Encode(), http.NoBody)
	if err != nil {
		return nil, err
	}
	if err := login(req, c); err != nil {
		return nil, err
	}
	resp, err := r.http.Do(req)
	if err != nil {
		return nil, unreachable(ctx, c, err)
	}
	defer func() { _ = resp.Body.Close() }()
	return decode(ctx, c, resp)
}

// errSlow is why a request was given up.
var errSlow = errors.New("remediation.timeout ran out")

// login says who asks. Files are read each time, so that a changed one counts.
func login(req *http.Request, c *config.Remediation) error {
	password, err := secret("password_file", c.PasswordFile, c.Password)
	if err != nil {
		return err
	}
	token, err := secret("token_file", c.TokenFile, c.Token)
	if err != nil {
		return err
	}
	req.Header.Set("Accept", "application/json")
	switch {
	case c.Username != "":
		req.SetBasicAuth(c.Username, password.Reveal())
	case token != "":
		req.Header.Set("Authorization", "Bearer "+token.Reveal())
	}
	return nil
}

func secret(field, file string, given shared.Secret) (shared.Secret, error) {
	if file == "" {
		return given, nil
	}
	s, err := shared.ReadSecret(file)
	if err != nil {
		return "", tables.Unavailable("remediation.%s of the exporter's configuration: %v", field, err)
	}
	return s, nil
}

func unreachable(ctx context.Context, c *config.Remediation, err error) error {
	if cause := context.Cause(ctx); cause != nil && !errors.Is(cause, errSlow) {
		return cause // Nobody waits for the answer any longer.
	}
	if errors.Is(context.Cause(ctx), errSlow) {
		return tables.Unavailable("the remediator at %s did not answer within %s (remediation.timeout): look at its log, or give it more time", c.URL, c.Timeout)
	}
	if inner, ok := errors.AsType[*url.Error](err); ok {
		err = inner.Err // Without the address, which stands there already.
	}
	return tables.Unavailable("the remediator at %s does not answer: %v; check that it runs and remediation.url of the exporter's configuration", c.URL, err)
}

func decode(ctx context.Context, c *config.Remediation, resp *http.Response) (*api.Runs, error) {
	switch resp.StatusCode {
	case http.StatusOK:
	case http.StatusUnauthorized, http.StatusForbidden:
		return nil, tables.Unavailable("the remediator at %s refuses the exporter's login (%s): check remediation.username and password_file, or token_file", c.URL, resp.Status)
	case http.StatusMisdirectedRequest:
		return nil, tables.Unavailable("the remediator at %s answers only to names that it knows (%s): call it by an address in remediation.url, or start it with --web.external-host", c.URL, resp.Status)
	case http.StatusNotFound, http.StatusMethodNotAllowed:
		return nil, tables.Unavailable("what answers at %s has no list of runs (%s): check remediation.url, or update the remediator", c.URL, resp.Status)
	default:
		return nil, tables.Unavailable("the remediator at %s answered %s: its log says why", c.URL, resp.Status)
	}
	var body struct {
		Runs *[]api.Run `json:"runs"`
		More bool       `json:"more"`
	}
	limited := &io.LimitedReader{R: resp.Body, N: maxAnswer + 1}
	err := json.NewDecoder(limited).Decode(&body)
	switch {
	case limited.N <= 0:
		return nil, tables.Unavailable("the remediator at %s answered with more than %d MiB: ask for fewer systems", c.URL, maxAnswer>>20)
	case err != nil && ctx.Err() != nil:
		return nil, unreachable(ctx, c, err)
	case err != nil || body.Runs == nil:
		return nil, tables.Unavailable("what answers at %s is not a remediator: check remediation.url", c.URL)
	}
	for i := range *body.Runs {
		if run := &(*body.Runs)[i]; run.ID == "" || run.System == "" {
			return nil, tables.Unavailable("the remediator at %s does not know brief lists of runs: update it", c.URL)
		}
	}
	return &api.Runs{Runs: *body.Runs, More: body.More}, nil
}
