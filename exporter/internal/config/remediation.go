package config

import (
	"errors"
	"fmt"
	"net/url"
	"time"

	"github.com/leastward/leastward/internal/config"
)

// Remediation says where the remediator is, whose runs the exporter reads and
// shows. It never changes any.
type Remediation struct {
	URL string `yaml:"url"` // Such as http://127.0.0.1:9187.
	// Username and Password, or PasswordFile, are for a remediator whose
	// listener asks for basic authentication. The file is read at each request.
	Username     string        `yaml:"username"`
	Password     config.Secret `yaml:"password"`
	PasswordFile string        `yaml:"password_file"`
	// Token, or TokenFile, goes as a bearer token, for a proxy in front of the
	// remediator that asks for one.
	Token     config.Secret `yaml:"token"`
	TokenFile string        `yaml:"token_file"`
	// PublicURL is where people reach the remediator's pages. Defaults to url.
	PublicURL string          `yaml:"public_url"`
	Timeout   config.Duration `yaml:"timeout"` // Of one request. Defaults to 10s.
}

func (r *Remediation) validate() error {
	if r == nil {
		return nil
	}
	if r.URL == "" {
		return errors.New("remediation.url: is missing; give the address of the remediator, such as http://127.0.0.1:9187")
	}
	if r.PublicURL == "" {
		r.PublicURL = r.URL
	}
	for _, f := range []struct{ name, value string }{{"url", r.URL}, {"public_url", r.PublicURL}} {
		if err := plainURL(f.value); err != nil {
			return fmt.Errorf("remediation.%s: %w", f.name, err)
		}
	}
	if r.Timeout == 0 {
		r.Timeout = config.Duration(10 * time.Second)
	}
	switch {
	case r.Password != "" && r.PasswordFile != "":
		return errors.New("remediation.password, remediation.password_file: give one of the two")
	case r.Token != "" && r.TokenFile != "":
		return errors.New("remediation.token, remediation.token_file: give one of the two")
	case r.Username == "" && (r.Password != "" || r.PasswordFile != ""):
		return errors.New("remediation.username: is missing; a password needs one")
	case r.Username != "" && (r.Token != "" || r.TokenFile != ""):
		return errors.New("remediation.username, remediation.token: give one of the two: both go in the header Authorization")
	case r.Timeout.Std() < 100*time.Millisecond:
		return fmt.Errorf("remediation.timeout: %s is below 100ms", r.Timeout)
	}
	return nil
}

// plainURL checks an address that paths are added to. The error does not show
// it, for it may hold a password.
func plainURL(s string) error {
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return errors.New("is not http://host:port or https://host:port, perhaps with a path")
	}
	if u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return errors.New("has a user, a query or a fragment; give the address alone, and username and password_file beside it")
	}
	return nil
}
