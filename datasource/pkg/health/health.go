// Package health tells whoever configures a data source whether it works, and
// what it reaches.
package health

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"

	"github.com/leastward/leastward/datasource/pkg/failure"
	"github.com/leastward/leastward/internal/api"
)

// Client is what is asked of the exporter.
type Client interface {
	Systems(ctx context.Context) (*api.Systems, error)
	Tables(ctx context.Context) (*api.Tables, error)
	Stats(ctx context.Context) (*api.StoreStats, error)
	Fields(ctx context.Context) (*api.Fields, error)
}

var _ Client = (*api.Client)(nil)

// Options says what to check.
type Options struct {
	Client Client
	Now    func() time.Time
	Plugin string // The plugin's version.
}

// found is what the check found out, for the configuration page.
type found struct {
	Version       string    `json:"version,omitempty"` // Of the exporter.
	Caller        string    `json:"caller,omitempty"`
	Role          string    `json:"role,omitempty"`
	SeesAll       bool      `json:"seesAll"`
	Systems       int       `json:"systems"`
	Online        int       `json:"online"`
	Pending       int       `json:"pending"`
	Failed        int       `json:"failed"`
	LastCollected time.Time `json:"lastCollected,omitzero"`
	SkewSeconds   float64   `json:"skewSeconds"`
	Tables        int       `json:"tables"`
	Audit         bool      `json:"audit"`
	Events        *int64    `json:"events,omitempty"` // In the audit store.
	Warnings      []string  `json:"warnings,omitempty"`
}

func (f *found) warn(format string, args ...any) {
	f.Warnings = append(f.Warnings, fmt.Sprintf(format, args...))
}

// Check asks the exporter for what needs access, and says what there is.
func Check(ctx context.Context, o Options) *backend.CheckHealthResult {
	f := &found{}
	for _, step := range []func(context.Context, Options, *found) error{systems, tables, store} {
		if err := step(ctx, o, f); err != nil {
			return Failed(err, o.Plugin)
		}
	}
	return result(backend.HealthStatusOk, sentence(f, o.Now()), f)
}

// Failed says why a data source does not work.
func Failed(err error, plugin string) *backend.CheckHealthResult {
	p := failure.Of(err)
	text := p.Message
	if p.Status == http.StatusNotFound && plugin != "" {
		text += " The plugin is of release " + plugin + "."
	}
	return result(backend.HealthStatusError, text, map[string]any{"status": p.Status})
}

func result(status backend.HealthStatus, text string, details any) *backend.CheckHealthResult {
	encoded, err := json.Marshal(details)
	if err != nil {
		encoded = nil // It is only what stands behind the message.
	}
	return &backend.CheckHealthResult{Status: status, Message: text, JSONDetails: encoded}
}

// maxSkew is by how much the clocks of exporter and Grafana may differ: more
// than that, and the last minutes of a panel are missing.
const maxSkew = time.Minute

func systems(ctx context.Context, o Options, f *found) error {
	before := o.Now()
	all, err := o.Client.Systems(ctx)
	if err != nil {
		return explained(ctx, o, err)
	}
	if all.Now.IsZero() {
		return &json.SyntaxError{} // It is JSON, but not of the exporter.
	}
	middle := before.Add(o.Now().Sub(before) / 2)
	f.SkewSeconds = all.Now.Sub(middle).Round(100 * time.Millisecond).Seconds()
	if skew := all.Now.Sub(middle).Abs(); skew > maxSkew {
		f.warn("the clocks of exporter and Grafana differ by %s: set them by NTP, or the latest events are missing from panels", skew.Round(time.Second))
	}
	f.Version, f.Caller, f.Role, f.SeesAll, f.Audit = all.Version, all.Caller.Name, all.Caller.Role, all.Caller.All, all.Audit
	count(all.Systems, f)
	return nil
}

func count(all []api.SystemInfo, f *found) {
	f.Systems = len(all)
	var failed []string
	for i := range all {
		s := &all[i]
		switch s.State {
		case "online":
			f.Online++
		case "failed":
			f.Failed++
			failed = append(failed, string(s.ID))
		default:
			f.Pending++
		}
		if s.LastCollected.After(f.LastCollected) {
			f.LastCollected = s.LastCollected
		}
	}
	if f.Systems == 0 {
		f.warn("there is no authorization system that the data source may see: configure one in the exporter, or widen the scope of the token")
	}
	if len(failed) > 0 {
		f.warn("the last collection of %s failed; the dashboard Collectors says why", strings.Join(failed, ", "))
	}
}

// explained tells an exporter that is too old from something that is none at
// all: the older knows the fields of queries.
func explained(ctx context.Context, o Options, err error) error {
	status, ok := errors.AsType[*api.StatusError](err)
	if !ok || status.Status != http.StatusNotFound {
		return err
	}
	fields, inner := o.Client.Fields(ctx)
	if inner != nil || len(fields.Fields) == 0 {
		return err
	}
	return &failure.Problem{
		Status: http.StatusNotFound,
		Message: "The exporter answers, but is older than this plugin: it has no tables (" + api.TablesPath + ") and no systems (" + api.SystemsPath +
			"). Update the exporter to the plugin's release or a later one; until then only audit queries work.",
	}
}

func tables(ctx context.Context, o Options, f *found) error {
	all, err := o.Client.Tables(ctx)
	if err != nil {
		return explained(ctx, o, err)
	}
	f.Tables = len(all.Tables)
	return nil
}

// store asks the audit store for something, where there is one.
func store(ctx context.Context, o Options, f *found) error {
	if !f.Audit {
		f.warn("the exporter keeps no events: audit queries and paths have no answer until its configuration has a section audit")
		return nil
	}
	stats, err := o.Client.Stats(ctx)
	if err != nil {
		return err
	}
	f.Events = stats.Events
	if stats.Full {
		f.warn("the disk of the audit store is full, and new events are not kept: make room for it")
	}
	if stats.Damaged > 0 {
		f.warn("%d parts of the audit store are damaged and were set aside; the exporter's log says more", stats.Damaged)
	}
	return nil
}
