// Package demo starts the whole suite on loopback over a sample tenant, for a
// newcomer to look at and for a test to hold the README's words against.
package demo

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/leastward/leastward/internal/tenant"
)

// Options says where things are.
type Options struct {
	// Bin holds the suite's programs, Tools the pinned ones beside them.
	Bin, Tools string
	// Rules is the folder of the alert rules.
	Rules string
	// Grafana is how Grafana is started; nil leaves it out. Plugin holds the
	// built plugin, Dashboards and Provisioning are the folders of those names.
	Grafana                          *Grafana
	Plugin, Dashboards, Provisioning string
	// Dir is made anew: the tenant, configurations, data and logs.
	Dir string
	// Size is the number of identities of the tenant. Zero means 1,000.
	Size int
	// Out gets a line for each step, and what to look at.
	Out io.Writer
	Now func() time.Time
}

// addresses are where the programs listen, each host:port on loopback.
type addresses struct {
	Exporter, Metrics, Rules, Alertmanager, Remediator, Grafana string
}

// suite is the demo while it runs.
type suite struct {
	Options
	at        addresses
	processes []*process // In the order of their start.
}

// Run starts everything and stops it again when the context ends, also where a
// later step fails.
func Run(ctx context.Context, o Options) (err error) {
	s := &suite{Options: o}
	if err := absolute(&s.Bin, &s.Tools, &s.Rules, &s.Dir, &s.Plugin, &s.Dashboards, &s.Provisioning); err != nil {
		return err
	}
	unlock, err := lock(s.Dir + ".lock")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, unlock()) }()
	defer s.stop()
	if err := s.start(ctx); err != nil {
		if ctx.Err() != nil {
			return nil // Interrupted on the way: no failure.
		}
		return err
	}
	s.tell()
	return s.watch(ctx)
}

func (s *suite) start(ctx context.Context) error {
	steps := []step{
		{"making the sample tenant", s.makeTenant},
		{"writing the configurations", s.configure},
		{"starting the exporter", s.exporter},
		{"starting VictoriaMetrics", s.victoriaMetrics},
		{"starting Alertmanager", s.alertmanager},
		{"starting the remediator, in dry run", s.remediator},
		{"starting vmalert with the alert rules", s.vmalert},
	}
	if s.Grafana != nil {
		// Before vmalert, which writes to others until it ends.
		steps = slices.Insert(steps, len(steps)-1, step{"starting Grafana with the plugin and the dashboards", s.grafana})
	}
	for i, one := range steps {
		began := s.Now()
		s.printf("[%d/%d] %s … ", i+1, len(steps), one.what)
		if err := one.do(ctx); err != nil {
			s.printf("failed\n")
			return fmt.Errorf("%s: %w", one.what, err)
		}
		s.printf("done in %s\n", s.Now().Sub(began).Round(100*time.Millisecond))
	}
	return nil
}

// step is one step of the start.
type step struct {
	what string
	do   func(context.Context) error
}

func (s *suite) printf(format string, args ...any) { _, _ = fmt.Fprintf(s.Out, format, args...) }

func (s *suite) makeTenant(context.Context) error {
	if err := os.RemoveAll(s.Dir); err != nil {
		return err
	}
	if err := os.MkdirAll(s.path("logs"), 0o755); err != nil {
		return err
	}
	return tenant.Generate(tenant.Options{Out: s.path("tenant"), Size: s.Size, Seed: 1, Until: s.Now()})
}

func (s *suite) path(elem ...string) string {
	return filepath.Join(append([]string{s.Dir}, elem...)...)
}

// watch waits for the end: the context's, or that of any program.
func (s *suite) watch(ctx context.Context) error {
	ended := make(chan *process, len(s.processes))
	for _, p := range s.processes {
		go func() { <-p.done; ended <- p }()
	}
	select {
	case <-ctx.Done():
		s.printf("\nstopping …\n")
		return nil
	case p := <-ended:
		return fmt.Errorf("%s ended by itself: %s", p.name, p.tail())
	}
}

// stop ends the program that was started last, which writes to the others until
// its end, and then all others at the same time: whoever pressed Ctrl-C does not
// wait for one after the other.
func (s *suite) stop() {
	if len(s.processes) == 0 {
		return
	}
	last := len(s.processes) - 1
	s.processes[last].stop()
	var group sync.WaitGroup
	for _, p := range s.processes[:last] {
		group.Go(p.stop)
	}
	group.Wait()
	s.printf("everything is stopped\n")
}
