package config

import (
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"time"

	web "github.com/prometheus/common/config"

	"github.com/leastward/leastward/internal/config"
)

// Audit says where the events of the clouds' logs are kept, who may ask for
// how much, and what watches them.
type Audit struct {
	// Disabled keeps no events: what was used is known, and nothing else.
	Disabled bool        `yaml:"disabled"`
	Store    AuditStore  `yaml:"store"`
	Limits   AuditLimits `yaml:"limits"`
	// Queries are files of saved queries, or folders of such files, that the
	// exporter provides beside those that people save.
	Queries []string `yaml:"queries"`
}

// AuditStore is a directory of this machine, or a VictoriaLogs.
type AuditStore struct {
	Directory string `yaml:"directory"` // Defaults to audit below data_dir.
	// Retention is how long events are kept. Defaults to 400d. Of a remote
	// store it must not be longer than the store's own.
	Retention config.Duration `yaml:"retention"`
	// MinFree is the room on the disk below which no events are taken. Defaults
	// to 1GiB.
	MinFree Size         `yaml:"min_free"`
	Remote  *AuditRemote `yaml:"remote"` // Instead of the directory.
}

// AuditRemote is a VictoriaLogs, single or a cluster.
type AuditRemote struct {
	InsertURL string `yaml:"insert_url"` // Of vlinsert or the single node: http://host:9428.
	SelectURL string `yaml:"select_url"` // Of vlselect. Defaults to insert_url.
	// Tenant is account:project. Defaults to 0:0.
	Tenant string `yaml:"tenant"`
	// Settle is how long after it was accepted an event may be invisible.
	// Defaults to 5s.
	Settle config.Duration `yaml:"settle"`
	// Durable is how long after it was accepted an event may be lost in a crash
	// of the store. Defaults to 10s.
	Durable config.Duration `yaml:"durable"`
	// HTTP has authentication, TLS and proxy, as in Prometheus.
	HTTP *web.HTTPClientConfig `yaml:"http"`
}

// AuditLimits bounds what askers may take.
type AuditLimits struct {
	Queries int             `yaml:"queries"` // That run at the same time. Defaults to 8.
	Timeout config.Duration `yaml:"timeout"` // Of one query. Defaults to 2m.
}

func (a *Audit) validate() error {
	const day = 24 * time.Hour
	switch {
	case a.Store.Retention.Std() < day:
		return fmt.Errorf("audit.store.retention: %s is below 1d", a.Store.Retention)
	case a.Store.Remote != nil && a.Store.Directory != "":
		return errors.New("audit.store.directory, audit.store.remote: give one of the two: events are kept in a directory or in a VictoriaLogs")
	case a.Limits.Queries < 1:
		return fmt.Errorf("audit.limits.queries: %d is below 1", a.Limits.Queries)
	case a.Limits.Timeout.Std() < time.Second:
		return fmt.Errorf("audit.limits.timeout: %s is below 1s", a.Limits.Timeout)
	}
	for i, path := range a.Queries {
		if path == "" {
			return fmt.Errorf("audit.queries[%d]: is empty", i)
		}
	}
	if err := a.Store.Remote.validate(); err != nil {
		return fmt.Errorf("audit.store.remote.%w", err)
	}
	return nil
}

func (r *AuditRemote) validate() error {
	if r == nil {
		return nil
	}
	if r.SelectURL == "" {
		r.SelectURL = r.InsertURL
	}
	for _, f := range []struct{ name, value string }{{"insert_url", r.InsertURL}, {"select_url", r.SelectURL}} {
		u, err := url.Parse(f.value)
		switch {
		case f.value == "":
			return fmt.Errorf("%s: is missing; it is http://host:port of a VictoriaLogs", f.name)
		case err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.RawQuery != "":
			return fmt.Errorf("%s: is not http://host:port or https://host:port", f.name)
		case u.User != nil:
			return fmt.Errorf("%s: has a user in it; give http.basic_auth instead", f.name)
		}
	}
	if r.Settle < 0 || r.Durable < 0 {
		return errors.New("settle, durable: must not be below 0")
	}
	if r.HTTP == nil {
		standard := web.DefaultHTTPClientConfig
		r.HTTP = &standard
	}
	if err := r.HTTP.Validate(); err != nil {
		return fmt.Errorf("http: %w", err)
	}
	return nil
}

// paths returns the paths of the section; those of the remote store, which are
// within a library's type, are made relative to dir at once.
func (a *Audit) paths(dir string) []*string {
	if r := a.Store.Remote; r != nil && r.HTTP != nil {
		r.HTTP.SetDirectory(dir)
	}
	paths := []*string{&a.Store.Directory}
	for i := range a.Queries {
		paths = append(paths, &a.Queries[i])
	}
	return paths
}

// AuditDirectory returns where the embedded store is.
func (c *Config) AuditDirectory() string {
	if c.Audit.Store.Directory != "" {
		return c.Audit.Store.Directory
	}
	return filepath.Join(c.DataDir, "audit")
}
