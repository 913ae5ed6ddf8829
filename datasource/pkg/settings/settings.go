// Package settings reads what a data source is configured with.
package settings

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"

	"github.com/leastward/leastward/internal/config"
)

// The bounds and defaults of settings.
const (
	DefaultMaxRows = 10_000
	MaxMaxRows     = 1_000_000
	DefaultTimeout = 30 * time.Second
	MaxTimeout     = 10 * time.Minute
)

// Settings are those of one data source.
type Settings struct {
	UID  string
	Name string
	// URL of the exporter: http or https, without user or password.
	URL string
	// Username and Password are those of basic authentication; no username is
	// none.
	Username string
	Password config.Secret
	Token    config.Secret
	// ForwardUser says the login of the Grafana user with each request.
	ForwardUser bool
	// MaxRows bounds the rows of an answer.
	MaxRows int
	Timeout time.Duration // Of one request.
}

// stored is the form in which Grafana keeps settings. Others have theirs in it
// too: the TLS settings are read by the SDK.
type stored struct {
	TimeoutSeconds float64 `json:"timeoutSeconds"`
	MaxRows        int     `json:"maxRows"`
	ForwardUser    bool    `json:"forwardUser"`
}

// Read reads and checks settings. Its error is for whoever configures them, and
// has no secret in it.
func Read(s *backend.DataSourceInstanceSettings) (*Settings, error) {
	var own stored
	if len(s.JSONData) > 0 {
		if err := json.Unmarshal(s.JSONData, &own); err != nil {
			return nil, jsonError(err)
		}
	}
	if err := checkURL(s.URL); err != nil {
		return nil, err
	}
	out := &Settings{
		UID: s.UID, Name: s.Name, URL: s.URL, Token: config.Secret(s.DecryptedSecureJSONData["token"]),
		ForwardUser: own.ForwardUser, MaxRows: own.MaxRows, Timeout: time.Duration(own.TimeoutSeconds * float64(time.Second)),
	}
	if s.BasicAuthEnabled {
		out.Username, out.Password = s.BasicAuthUser, config.Secret(s.DecryptedSecureJSONData["basicAuthPassword"])
	}
	return out, out.complete(s.BasicAuthEnabled)
}

// complete fills in defaults and checks bounds.
func (s *Settings) complete(basic bool) error {
	if s.MaxRows == 0 {
		s.MaxRows = DefaultMaxRows
	}
	if s.Timeout == 0 {
		s.Timeout = DefaultTimeout
	}
	switch {
	case basic && s.Username == "":
		return errors.New("basic authentication is switched on without a user; give one, or switch it off")
	case s.MaxRows < 1 || s.MaxRows > MaxMaxRows:
		return fmt.Errorf("the most rows of an answer (maxRows) must be from 1 to %d", MaxMaxRows)
	case s.Timeout < time.Second || s.Timeout > MaxTimeout:
		return fmt.Errorf("the timeout (timeoutSeconds) must be from 1 to %d seconds", int(MaxTimeout.Seconds()))
	}
	return nil
}

// checkURL checks the address. It never repeats it: there may be a password in
// it.
func checkURL(text string) error {
	if text == "" {
		return errors.New("the URL of the exporter is missing; it is like http://127.0.0.1:9186")
	}
	u, err := url.Parse(text)
	switch {
	case err != nil:
		return errors.New("the URL of the exporter cannot be read; it is like http://127.0.0.1:9186")
	case u.User != nil:
		return errors.New("the URL has a user or a password in it, where everybody can read it; take it out and use basic authentication")
	case u.Scheme != "http" && u.Scheme != "https" || u.Host == "":
		return errors.New("the URL of the exporter must begin with http:// or https:// and name a host, as in http://127.0.0.1:9186")
	case u.RawQuery != "" || u.Fragment != "":
		return errors.New("the URL of the exporter must not have a ? or # in it; it is like http://127.0.0.1:9186")
	}
	return nil
}

func jsonError(err error) error {
	if typed, ok := errors.AsType[*json.UnmarshalTypeError](err); ok && typed.Field != "" {
		return fmt.Errorf("jsonData.%s: a %s does not fit here; it is a %s", typed.Field, typed.Value, typed.Type)
	}
	return errors.New("jsonData is not a JSON object; save the data source's settings again")
}
