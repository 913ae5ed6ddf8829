// Package expose turns the state of the systems into metrics: one rendered
// page for each system, and the counters that span systems.
package expose

import (
	"cmp"
	"slices"
	"time"

	"github.com/leastward/leastward/exporter/internal/collector"
	"github.com/leastward/leastward/internal/assess"
	"github.com/leastward/leastward/internal/metric"
)

// Options bounds the series.
type Options struct {
	// IdentitySeries is how many identities of a system have series of their
	// own, the highest index first.
	IdentitySeries int
	// FindingSeries is how many findings of a category and system have series
	// of their own, the greatest impact first.
	FindingSeries int
	// Interval is the configured time between collections.
	Interval time.Duration
}

// renderer writes one system's page.
type renderer struct {
	Options
	*metric.Writer
	result *collector.Result
	cloud  string
	system string
}

// Page renders the metrics of one system.
func Page(r *collector.Result, o Options) (*metric.Page, error) {
	p := &renderer{Options: o, Writer: metric.NewWriter(), result: r, cloud: string(r.System.Cloud), system: string(r.System.ID)}
	p.info()
	p.collection()
	if a := r.Assessment; a != nil {
		p.index(a)
		p.counts(a)
		p.identities(byIndex(a))
		p.findings(a)
	}
	return p.Page()
}

// family begins a family whose series all belong to this system.
func (p *renderer) family(f *metric.Family) {
	p.Family(f)
	p.With(p.cloud, p.system)
}

// one writes a family of a single series.
func (p *renderer) one(f *metric.Family, value float64, labels ...string) {
	p.family(f)
	p.Sample(value, labels...)
}

func (p *renderer) info() {
	p.one(metric.SystemInfo(), 1, p.result.System.Name, p.result.System.Owner)
	p.family(metric.SystemFolderInfo())
	for _, f := range p.result.System.Folders {
		p.Sample(1, f)
	}
}

func (p *renderer) index(a *assess.Assessment) {
	p.one(metric.PCI(), a.Sum.PCI())
	p.one(metric.PCILower(), a.Sum.Lower())
	p.one(metric.PCIUpper(), a.Sum.Upper())
	p.one(metric.PCIObservability(), a.Sum.Observability())
	p.one(metric.PCIExcess(), a.Sum.Excess)
	p.one(metric.PCIUsed(), a.Sum.Used)
	p.one(metric.PCIUnobservable(), a.Sum.Unobservable)
	p.one(metric.PCIIdentities(), float64(a.Sum.Identities))
}

// byIndex returns the identities, the highest index first.
func byIndex(a *assess.Assessment) []*assess.Identity {
	list := make([]*assess.Identity, len(a.Identities))
	for i := range a.Identities {
		list[i] = &a.Identities[i]
	}
	slices.SortStableFunc(list, func(x, y *assess.Identity) int { return cmp.Compare(y.Score.PCI(), x.Score.PCI()) })
	return list
}

// seconds returns the Unix time, which the text format counts in seconds.
func seconds(t time.Time) float64 { return float64(t.UnixMilli()) / 1000 }
