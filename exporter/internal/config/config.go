// Package config is the exporter's configuration file.
package config

import (
	"fmt"
	"io"
	"os"
	"time"

	"github.com/leastward/leastward/internal/assess"
	"github.com/leastward/leastward/internal/config"
	"github.com/leastward/leastward/internal/creep"
)

// Config is the whole file. The zero value is not usable; start from Default.
type Config struct {
	// DataDir holds what must outlive a restart: the usage index, what was
	// first seen when, the schedules. Relative paths in the file are relative
	// to the file.
	DataDir string    `yaml:"data_dir"`
	Collect Collect   `yaml:"collect"`
	Assess  Assess    `yaml:"assess"`
	Metrics Metrics   `yaml:"metrics"`
	AWS     AWS       `yaml:"aws"`
	Azure   Azure     `yaml:"azure"`
	GCP     GCP       `yaml:"gcp"`
	SMTP    *SMTP     `yaml:"smtp"`
	Reports []*Report `yaml:"reports"`
	Audit   Audit     `yaml:"audit"`
	API     API       `yaml:"api"`
	History History   `yaml:"history"`

	Remediation *Remediation `yaml:"remediation"`
}

// Collect says when to read the clouds.
type Collect struct {
	Interval    config.Duration `yaml:"interval"`    // Between two collections. Defaults to 4h.
	Timeout     config.Duration `yaml:"timeout"`     // Of one system's collection. Defaults to 1h.
	Concurrency int             `yaml:"concurrency"` // Systems read at once. Defaults to 4.
}

// Assess holds the numbers of the assessment.
type Assess struct {
	Window    config.Duration `yaml:"window"`     // Look-back of usage. Defaults to 90d.
	Grace     config.Duration `yaml:"grace"`      // Age below which nothing is called unused. Defaults to 14d.
	KeyAge    config.Duration `yaml:"key_age"`    // Age at which a key is too old. Defaults to 90d.
	KeyUnused config.Duration `yaml:"key_unused"` // Time without use at which a key is unused. Defaults to 90d.
	OwnerTag  string          `yaml:"owner_tag"`  // Key of the tag that names the owner team. Defaults to owner.
	Weights   Weights         `yaml:"weights"`
	Bands     Bands           `yaml:"bands"`
}

// Weights are those of the Permission Creep Index.
type Weights struct {
	Permissions   float64 `yaml:"permissions"`    // Permissions management. Defaults to 10.
	SensitiveRead float64 `yaml:"sensitive_read"` // Reads of credentials, secrets and data. Defaults to 5.
	Write         float64 `yaml:"write"`          // Defaults to 1.
	Delete        float64 `yaml:"delete"`         // Defaults to 1.
	Other         float64 `yaml:"other"`          // Defaults to 0.
}

// Bands are the lowest scores of the medium and the high band.
type Bands struct {
	Medium float64 `yaml:"medium"` // Defaults to 34.
	High   float64 `yaml:"high"`   // Defaults to 68.
}

// Metrics bounds the number of series.
type Metrics struct {
	IdentitySeries int `yaml:"identity_series"` // Identities with series of their own in each system. Defaults to 10000.
	FindingSeries  int `yaml:"finding_series"`  // Findings of each category with series of their own in each system. Defaults to 10000.
}

// Load reads and checks a file.
func Load(path string) (*Config, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	c, err := Read(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	c.resolve(path)
	if err := c.API.readTokens(); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return c, nil
}

// Read decodes and checks a configuration. Its errors name the field and the
// remedy.
func Read(r io.Reader) (*Config, error) {
	c := Default()
	if err := config.DecodeStrict(r, c); err != nil {
		return nil, err
	}
	if err := c.validate(); err != nil {
		return nil, err
	}
	return c, nil
}

// Default returns the configuration of an empty file.
func Default() *Config {
	s := assess.DefaultSettings()
	return &Config{
		DataDir: "data",
		Collect: Collect{Interval: config.Duration(4 * time.Hour), Timeout: config.Duration(time.Hour), Concurrency: 4},
		Assess: Assess{
			Window: config.Duration(s.Window), Grace: config.Duration(s.Grace),
			KeyAge: config.Duration(s.KeyAge), KeyUnused: config.Duration(s.KeyUnused), OwnerTag: s.OwnerTag,
			Weights: Weights(s.Weights), Bands: Bands(s.Edges),
		},
		Metrics: Metrics{IdentitySeries: 10_000, FindingSeries: 10_000},
		History: History{Retention: config.Duration(defaultRetention)},
		Audit: Audit{
			Store:  AuditStore{Retention: config.Duration(400 * 24 * time.Hour), MinFree: 1 << 30},
			Limits: AuditLimits{Queries: 8, Timeout: config.Duration(2 * time.Minute)},

			Triggers: Triggers{Interval: config.Duration(time.Minute)},
		},
	}
}

// Settings returns the numbers in the form that the assessor takes.
func (a *Assess) Settings() assess.Settings {
	return assess.Settings{
		Window: a.Window.Std(), Grace: a.Grace.Std(), KeyAge: a.KeyAge.Std(), KeyUnused: a.KeyUnused.Std(),
		Weights: creep.Weights(a.Weights), Edges: creep.Edges(a.Bands), OwnerTag: a.OwnerTag,
	}
}
