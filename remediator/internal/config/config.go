// Package config is the remediator's configuration file.
package config

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/leastward/leastward/internal/alert"
	"github.com/leastward/leastward/internal/config"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/remediator/internal/store"
)

// Config is the whole file.
type Config struct {
	State     State      `yaml:"state"`
	Webhook   Webhook    `yaml:"webhook"`
	Exporter  Exporter   `yaml:"exporter"`
	AWS       AWS        `yaml:"aws"`
	Playbooks []Playbook `yaml:"playbooks"`
}

// State says where runs, approvals and the Platform log are kept.
type State struct {
	// Path of the SQLite file, relative to the working directory. Defaults to
	// remediator.db.
	Path string `yaml:"path"`
}

// Webhook limits what Alertmanager may send.
type Webhook struct {
	// MaxBodyBytes bounds one notification. Defaults to 8 MiB, enough for some
	// thousands of alerts.
	MaxBodyBytes int64 `yaml:"max_body_bytes"`
}

// Exporter is where evidence comes from. Without a URL the evidence gate and
// the replay are skipped, and every playbook in mode execute needs approval.
type Exporter struct {
	URL          string        `yaml:"url"`
	Username     string        `yaml:"username"`
	Password     config.Secret `yaml:"password"`
	PasswordFile string        `yaml:"password_file"`
	// Token is one of the exporter's api.tokens with the role controller. With
	// it, everything that happens is kept in the exporter's audit store as well.
	Token     config.Secret `yaml:"token"`
	TokenFile string        `yaml:"token_file"`
}

// AWS lists the accounts that playbooks may act on.
type AWS struct {
	Accounts []Account `yaml:"accounts"`
}

// Account is one AWS account and how to reach it.
type Account struct {
	ID entitlement.SystemID `yaml:"id"`
	// Region of the IAM endpoint. Defaults to us-east-1, the home of IAM.
	Region string `yaml:"region"`
	// AuthorizationDetails is the output of aws iam
	// get-account-authorization-details: a file, a directory or a glob,
	// relative to the configuration file. Plans are made from it, without any
	// credentials, and nothing can be changed.
	AuthorizationDetails string `yaml:"authorization_details"`
	// Endpoint replaces AWS's own, for an emulator.
	Endpoint string `yaml:"endpoint"`
	// RoleARN is assumed for reading. "" uses the environment's credentials.
	RoleARN string `yaml:"role_arn"`
	// WriteRoleARN is assumed for writing, by playbooks in mode execute alone.
	// Defaults to RoleARN.
	WriteRoleARN string        `yaml:"write_role_arn"`
	ExternalID   config.Secret `yaml:"external_id"`
}

// Playbook says how far one playbook may go.
type Playbook struct {
	Name alert.Playbook `yaml:"name"`
	// Mode is dry_run (the default) or execute.
	Mode     store.Mode `yaml:"mode"`
	Approval Approval   `yaml:"approval"`
	Caps     Caps       `yaml:"caps"`
	Watch    Watch      `yaml:"watch"`
	// ReadOnlyPolicyARN is attached in place of an administrator's policies.
	// Defaults to AWS's own ReadOnlyAccess.
	ReadOnlyPolicyARN string `yaml:"read_only_policy_arn"`
	// MinCoverage is the part of the look-back window, 0 to 1, that the event
	// logs must reach before anything is changed: what they do not reach may
	// hold a use. Defaults to 1; a dry run goes on with less.
	MinCoverage float64 `yaml:"min_coverage"`
	// RetryFor is how long a step that fails is tried again, with waits of up
	// to five minutes, before the run ends as failed. Defaults to 24h.
	RetryFor config.Duration `yaml:"retry_for"`
}

// Approval says who must agree before anything is changed.
type Approval struct {
	// Required is the number of people. Defaults to 1; 0 needs an exporter,
	// whose evidence then decides alone.
	Required int `yaml:"required"`
	// Expires is how long a plan waits before it counts as denied. Defaults
	// to 24h.
	Expires config.Duration `yaml:"expires"`
	// Approvers are the names that may approve, deny and roll back. Empty
	// means everyone who may log in.
	Approvers []string `yaml:"approvers"`
}

// Caps bound how many identities a playbook changes within 24 hours. Both
// hold; 0 means no bound.
type Caps struct {
	// MaxPerDay is over all systems. Defaults to 20.
	MaxPerDay int `yaml:"max_per_day"`
	// MaxPercent is of the users of one system, rounded up, so that one is
	// always allowed. Defaults to 10.
	MaxPercent float64 `yaml:"max_percent"`
}

// Watch says how long refused calls of a changed identity are looked out for.
type Watch struct {
	// For is how long. Defaults to 7d with an exporter; 0s means not at all.
	For config.Duration `yaml:"for"`
	// OnDenied is report (the default: say so and leave the decision to a
	// person) or rollback.
	OnDenied OnDenied `yaml:"on_denied"`
}

// OnDenied says what happens when a changed identity's call is refused.
type OnDenied string

// The choices of OnDenied.
const (
	Report   OnDenied = "report"
	Rollback OnDenied = "rollback"
)

// Load reads the file and checks it. Paths of secrets and exported files in it
// are relative to the file.
func Load(path string) (*Config, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err // It names the operation and the path.
	}
	defer func() { _ = f.Close() }()
	c, err := Parse(f, filepath.Dir(path))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return c, nil
}

// Parse reads a configuration, sets the defaults and checks it. Paths of
// secrets and exported files are relative to dir.
func Parse(r io.Reader, dir string) (*Config, error) {
	c := &Config{State: State{Path: "remediator.db"}, Webhook: Webhook{MaxBodyBytes: 8 << 20}}
	if err := config.DecodeStrict(r, c); err != nil {
		return nil, err
	}
	if err := c.readSecrets(dir); err != nil {
		return nil, err
	}
	c.locate(dir)
	c.defaults()
	return c, c.validate()
}

func (c *Config) readSecrets(dir string) error {
	e := &c.Exporter
	if err := readSecret(dir, "password", e.PasswordFile, &e.Password); err != nil {
		return err
	}
	return readSecret(dir, "token", e.TokenFile, &e.Token)
}

// readSecret reads a secret of the exporter from its file, if it has one.
func readSecret(dir, name, path string, to *config.Secret) error {
	if path == "" {
		return nil
	}
	if *to != "" {
		return problem("exporter."+name+"_file", "give either %s or %s_file", name, name)
	}
	if !filepath.IsAbs(path) {
		path = filepath.Join(dir, path)
	}
	secret, err := config.ReadSecret(path)
	if err != nil {
		return problem("exporter."+name+"_file", "%w", err)
	}
	*to = secret
	return nil
}

// locate makes the paths of exported files relative to dir.
func (c *Config) locate(dir string) {
	for i := range c.AWS.Accounts {
		if path := &c.AWS.Accounts[i].AuthorizationDetails; *path != "" && !filepath.IsAbs(*path) {
			*path = filepath.Join(dir, *path)
		}
	}
}

func (c *Config) defaults() {
	for i := range c.AWS.Accounts {
		a := &c.AWS.Accounts[i]
		if a.WriteRoleARN == "" {
			a.WriteRoleARN = a.RoleARN
		}
	}
	for i := range c.Playbooks {
		p := &c.Playbooks[i]
		if p.Watch.For < 0 {
			p.Watch.For = 0
			if c.Exporter.URL != "" {
				p.Watch.For = config.Duration(7 * 24 * time.Hour)
			}
		}
	}
}

// UnmarshalYAML sets the defaults of an account.
func (a *Account) UnmarshalYAML(node *yaml.Node) error {
	type plain Account
	*a = Account{Region: "us-east-1"}
	return config.DecodeNode(node, (*plain)(a))
}

// UnmarshalYAML sets the defaults of a playbook.
func (p *Playbook) UnmarshalYAML(node *yaml.Node) error {
	type plain Playbook
	*p = Playbook{
		Mode:              store.DryRun,
		Approval:          Approval{Required: 1, Expires: config.Duration(24 * time.Hour)},
		Caps:              Caps{MaxPerDay: 20, MaxPercent: 10},
		Watch:             Watch{For: -1, OnDenied: Report}, // -1: not given.
		ReadOnlyPolicyARN: "arn:aws:iam::aws:policy/ReadOnlyAccess",
		MinCoverage:       1,
		RetryFor:          config.Duration(24 * time.Hour),
	}
	return config.DecodeNode(node, (*plain)(p))
}

// Account returns the account with this id, or nil.
func (c *Config) Account(id entitlement.SystemID) *Account {
	for i := range c.AWS.Accounts {
		if c.AWS.Accounts[i].ID == id {
			return &c.AWS.Accounts[i]
		}
	}
	return nil
}

// Playbook returns the playbook with this name, or nil.
func (c *Config) Playbook(name alert.Playbook) *Playbook {
	for i := range c.Playbooks {
		if c.Playbooks[i].Name == name {
			return &c.Playbooks[i]
		}
	}
	return nil
}
