package command

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"

	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/internal/config"
)

// openSource is a source that has to be closed.
type openSource struct {
	auditSource
	local *localAudit // Nil for a running exporter.
	end   func() error
}

// close joins its error to that of the command.
func (s *openSource) close(err *error) {
	if s.end != nil {
		*err = errors.Join(*err, s.end())
	}
}

// source opens what the flags ask.
func (f *queryFlags) source(ctx context.Context, e *env, ask *api.AuditQuestion) (*openSource, error) {
	given := 0
	for _, is := range []bool{f.urlGiven, f.store != "", f.logs.given()} {
		if is {
			given++
		}
	}
	switch {
	case given > 1:
		return nil, errors.New("--url, --store and files such as --aws.cloudtrail: ask one of them at a time")
	case f.explain && !f.urlGiven:
		return &openSource{}, nil
	case f.store != "":
		return openStore(e, f.store) //nolint:contextcheck // a store that is being put right is not left half done
	case f.logs.given():
		return readTrails(ctx, e, &f.logs, ask)
	}
	client, err := f.client()
	return &openSource{auditSource: client}, err
}

func (f *queryFlags) client() (auditSource, error) {
	token, err := secret("--token-file", f.tokenFile)
	if err != nil {
		return nil, err
	}
	if f.tokenFile == "" {
		token = config.Secret(os.Getenv("LEASTWARD_TOKEN"))
	}
	password, err := secret("--password-file", f.passwordFile)
	if err != nil {
		return nil, err
	}
	client, err := api.NewClient(api.ClientOptions{URL: f.url, Username: f.username, Password: password, Token: token, Timeout: requestTimeout})
	if err != nil {
		return nil, fmt.Errorf("--url: %w", err)
	}
	return &remoteAudit{client: client, url: f.url}, nil
}

func secret(flag, path string) (config.Secret, error) {
	if path == "" {
		return "", nil
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return "", fmt.Errorf("%s: %w", flag, err)
	}
	text := strings.TrimRight(string(data), "\r\n")
	if text == "" {
		return "", fmt.Errorf("%s: %s is empty", flag, path)
	}
	return config.Secret(text), nil
}

// remoteAudit adds a remedy to what the client says.
type remoteAudit struct {
	client *api.Client
	url    string
}

// Query asks for an answer in one piece.
func (r *remoteAudit) Query(ctx context.Context, ask *api.AuditQuestion) (*api.AuditAnswer, error) {
	a, err := r.client.Query(ctx, ask)
	return a, r.remedy(err)
}

// Stream asks for all events.
func (r *remoteAudit) Stream(ctx context.Context, ask *api.AuditQuestion, event func(*api.AuditEvent) error) (*api.StreamEnd, error) {
	end, err := r.client.Stream(ctx, ask, event)
	return end, r.remedy(err)
}

func (r *remoteAudit) remedy(err error) error {
	if status, ok := errors.AsType[*api.StatusError](err); ok && status.Status == 401 {
		return fmt.Errorf("%w; name a token with --token-file or in LEASTWARD_TOKEN", err)
	}
	if _, ok := errors.AsType[*url.Error](err); ok {
		return fmt.Errorf("%w; give the address of a running exporter with --url, or ask without one: --store DIR, --aws.cloudtrail FILES", err)
	}
	return err
}
