package config

import (
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	web "github.com/prometheus/common/config"
	"go.yaml.in/yaml/v3"

	"github.com/leastward/leastward/internal/anomaly"
	"github.com/leastward/leastward/internal/auditlog/starter"
	"github.com/leastward/leastward/internal/auditlog/trigger"
	"github.com/leastward/leastward/internal/config"
	"github.com/leastward/leastward/internal/entitlement"
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
	Queries  []string `yaml:"queries"`
	Triggers Triggers `yaml:"triggers"`
	// FirstTime switches first-time rules on, or adds some. A rule that ships is
	// changed by what an entry of its name says.
	FirstTime []FirstTime `yaml:"first_time"`
}

// FirstTime is a first-time rule.
type FirstTime struct {
	anomaly.Rule `yaml:",inline"`
}

// UnmarshalYAML reads the rule over the one of that name that ships.
func (f *FirstTime) UnmarshalYAML(node *yaml.Node) error {
	var named struct {
		Name string `yaml:"name"`
	}
	if err := node.Decode(&named); err != nil {
		return err
	}
	for _, shipped := range anomaly.Rules() {
		if shipped.Name == named.Name {
			f.Rule = shipped
		}
	}
	return config.DecodeNode(node, &f.Rule)
}

// Rules returns all first-time rules, those that ship among them.
func (a *Audit) Rules() []anomaly.Rule {
	all := anomaly.Rules()
	for i := range a.FirstTime {
		rule := a.FirstTime[i].Rule
		if k := slices.IndexFunc(all, func(r anomaly.Rule) bool { return r.Name == rule.Name }); k >= 0 {
			all[k] = rule
			continue
		}
		all = append(all, rule)
	}
	return all
}

// Triggers are the activity triggers.
type Triggers struct {
	// Use switches triggers on that ship, and fits them to the organisation.
	Use []trigger.Use `yaml:"use"`
	// Own are the operator's, switched on where they say enabled.
	Own []trigger.Definition `yaml:"own"`
	// Interval is how often new events are looked at. Defaults to 1m.
	Interval config.Duration `yaml:"interval"`
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
	// InsertURLs are those of the single node, of the storage nodes of a cluster
	// or, where those cannot be reached, of its vlinserts, which may make
	// duplicates. Each is as good as the other: http://host:9428.
	InsertURLs []string `yaml:"insert_urls"`
	// SelectURLs are those of the single node or of vlselects. Defaults to
	// insert_urls.
	SelectURLs []string `yaml:"select_urls"`
	// Tenant is account:project; events stand there, and their records in the
	// next project. Defaults to 0:0.
	Tenant Tenant `yaml:"tenant"`
	// Settle is how long VictoriaLogs may work at a request that got no answer.
	// Defaults to 70s.
	Settle config.Duration `yaml:"settle"`
	// Visible is how long an accepted event may not be found. Defaults to 5s.
	Visible config.Duration `yaml:"visible"`
	// Durable is how long a visible event may not be on disk: three times
	// -inmemoryDataFlushInterval, and some seconds. Defaults to 18s.
	Durable config.Duration `yaml:"durable"`
	// MaxLine is VictoriaLogs' own -insert.maxLineSizeBytes. Defaults to 256KiB.
	MaxLine Size `yaml:"max_line"`
	// HTTP has authentication, TLS and proxy, as in Prometheus.
	HTTP *web.HTTPClientConfig `yaml:"http"`
}

// Tenant is a tenant of VictoriaLogs, account:project.
type Tenant struct{ Account, Project uint32 }

// UnmarshalYAML reads the tenant.
func (t *Tenant) UnmarshalYAML(node *yaml.Node) error {
	account, project, both := strings.Cut(node.Value, ":")
	for _, part := range []struct {
		text string
		to   *uint32
	}{{account, &t.Account}, {project, &t.Project}} {
		n, err := strconv.ParseUint(part.text, 10, 32)
		if err != nil || !both || node.Kind != yaml.ScalarNode {
			return fmt.Errorf("line %d: %q is not account:project, such as \"0:0\" in quotes", node.Line, node.Value)
		}
		*part.to = uint32(n)
	}
	return nil
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
	if a.Triggers.Interval.Std() < time.Second {
		return fmt.Errorf("audit.triggers.interval: %s is below 1s", a.Triggers.Interval)
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
	if len(r.InsertURLs) == 0 {
		return errors.New("insert_urls: is missing; name at least one, http://host:port of a VictoriaLogs")
	}
	if len(r.SelectURLs) == 0 {
		r.SelectURLs = r.InsertURLs
	}
	if err := errors.Join(checkURLs("insert_urls", r.InsertURLs), checkURLs("select_urls", r.SelectURLs)); err != nil {
		return err
	}
	if r.Settle < 0 || r.Visible < 0 || r.Durable < 0 {
		return errors.New("settle, visible, durable: must not be below 0")
	}
	if r.MaxLine != 0 && r.MaxLine < 4<<10 {
		return errors.New("max_line: is below 4KiB")
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

func checkURLs(field string, list []string) error {
	for i, text := range list {
		u, err := url.Parse(text)
		switch {
		case err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.RawQuery != "":
			return fmt.Errorf("%s[%d]: is not http://host:port or https://host:port", field, i)
		case u.User != nil:
			return fmt.Errorf("%s[%d]: has a user in it; give http.basic_auth instead", field, i)
		}
	}
	return nil
}

// Configured returns all triggers, with those that ship.
func (t *Triggers) Configured() ([]trigger.Definition, error) {
	all, err := trigger.Configure(starter.Triggers(), t.Use, t.Own)
	if err != nil {
		return nil, fmt.Errorf("audit.triggers: %w", err)
	}
	return all, nil
}

func (c *Config) validateFirstTime() error {
	names := map[string]bool{}
	for i := range c.Audit.FirstTime {
		r := &c.Audit.FirstTime[i].Rule
		field := fmt.Sprintf("audit.first_time[%d]", i)
		if names[r.Name] {
			return fmt.Errorf("%s.name: %q stands twice", field, r.Name)
		}
		names[r.Name] = true
		if err := r.Validate(); err != nil {
			return fmt.Errorf("%s: %w", field, err)
		}
		if r.Enabled && r.Interval >= c.Audit.Store.Retention {
			return fmt.Errorf("%s.interval: %s is not below audit.store.retention, %s: what is kept no longer looks new", field, r.Interval, c.Audit.Store.Retention)
		}
		if err := c.knows(r.Systems, r.Folders); err != nil {
			return fmt.Errorf("%s.%w", field, err)
		}
	}
	return nil
}

// knows checks that systems and folders are in the file: what is limited to one
// that is misspelt would never find anything.
func (c *Config) knows(systems []entitlement.SystemID, names []string) error {
	ids, folders := c.scopes()
	ids["platform"] = true
	if i := slices.IndexFunc(systems, func(id entitlement.SystemID) bool { return !ids[string(id)] }); i >= 0 {
		return fmt.Errorf("systems: %s is neither the id of %s in this file nor platform", systems[i], c.aSystem())
	}
	if i := slices.IndexFunc(names, func(f string) bool { return !folders[f] }); i >= 0 {
		return fmt.Errorf("folders: no %s of this file is in %q", c.noun(), names[i])
	}
	return nil
}

// validateTriggers checks the triggers, and that there is what they are limited
// to.
func (c *Config) validateTriggers() error {
	all, err := c.Audit.Triggers.Configured()
	if err != nil {
		return err
	}
	for i := range all {
		if err := c.knows(all[i].Systems, all[i].Folders); err != nil {
			return fmt.Errorf("audit.triggers: trigger %q: %w", all[i].Name, err)
		}
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
