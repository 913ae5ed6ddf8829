package gcp

import (
	"context"
	"fmt"
	"net/http"
	"slices"

	"google.golang.org/api/impersonate"
	"google.golang.org/api/option"
	htransport "google.golang.org/api/transport/http"
)

// The scopes of tokens, which narrow what a token may be used for besides what
// its holder is allowed.
// https://developers.google.com/identity/protocols/oauth2/scopes
const (
	cloudScope  = "https://www.googleapis.com/auth/cloud-platform" // Cloud Asset Inventory takes no narrower one.
	groupScope  = "https://www.googleapis.com/auth/cloud-identity.groups.readonly"
	userScope   = "https://www.googleapis.com/auth/admin.directory.user.readonly"
	domainScope = "https://www.googleapis.com/auth/admin.directory.domain.readonly"
)

// client sends requests to Google's APIs.
type client struct {
	options   *Options
	limits    *limits
	meter     *meter
	cloud     *http.Client
	directory *http.Client
}

// connect makes the clients. Tokens are got when they are needed first.
func connect(ctx context.Context, o *Options) (*client, error) {
	c := &client{options: o, limits: newLimits(o.Limits), meter: newMeter(), cloud: o.HTTPClient, directory: o.HTTPClient}
	if o.HTTPClient != nil {
		return c, nil
	}
	var err error
	if c.cloud, err = authorised(ctx, o, "", cloudScope, groupScope); err != nil {
		return nil, err
	}
	c.directory, err = authorised(ctx, o, o.Directory.Subject, userScope, domainScope)
	return c, err
}

// authorised returns a client with the credentials that the options name.
func authorised(ctx context.Context, o *Options, subject string, scopes ...string) (*http.Client, error) {
	base := []option.ClientOption{option.WithTelemetryDisabled()}
	if o.CredentialsFile != "" {
		base = append(base, credentials(o.CredentialsFile))
	}
	own := append(slices.Clip(base), option.WithScopes(scopes...))
	if o.Impersonate != "" {
		tokens, err := impersonate.CredentialsTokenSource(ctx, impersonate.CredentialsConfig{
			TargetPrincipal: o.Impersonate, Scopes: scopes, Subject: subject,
		}, append(slices.Clip(base), option.WithScopes(cloudScope))...)
		if err != nil {
			return nil, fmt.Errorf("act as %s: %w", o.Impersonate, err)
		}
		own = []option.ClientOption{option.WithTelemetryDisabled(), option.WithTokenSource(tokens)}
	}
	if o.QuotaProject != "" {
		own = append(own, option.WithQuotaProject(o.QuotaProject))
	}
	c, _, err := htransport.NewClient(ctx, own...)
	if err != nil {
		return nil, fmt.Errorf("find credentials (give credentials_file, or set up application default credentials): %w", err)
	}
	return c, nil
}

// credentials takes a file of any kind: it is the operator's own.
func credentials(path string) option.ClientOption {
	return option.WithCredentialsFile(path) //nolint:staticcheck // It warns of files by others; the kind is the operator's choice.
}
