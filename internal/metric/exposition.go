package metric

import (
	"fmt"
	"log/slog"
	"maps"
	"sync"
	"sync/atomic"

	"github.com/prometheus/client_golang/prometheus"
)

// ExpositionOptions configure [NewExposition].
type ExpositionOptions struct {
	// Self gathers the program's own ordinary metrics, which stand before the
	// published pages. Nil means none.
	Self prometheus.Gatherer
	// Logger receives what goes wrong while serving. Nil means nobody.
	Logger *slog.Logger
}

// Exposition serves metrics that were rendered once: a page for each part of
// the whole, such as one authorization system, replaced whenever that part was
// evaluated anew. A scrape copies the bytes that are there; it renders and
// compresses nothing but the program's own metrics. It is an [http.Handler],
// safe for concurrent use.
type Exposition struct {
	self   prometheus.Gatherer
	logger *slog.Logger

	mu      sync.Mutex // Serialises the changes of current.
	current atomic.Pointer[snapshot]
}

// NewExposition returns an exposition without pages.
func NewExposition(o ExpositionOptions) *Exposition {
	e := &Exposition{self: o.Self, logger: o.Logger}
	if e.self == nil {
		e.self = prometheus.Gatherers{}
	}
	if e.logger == nil {
		e.logger = slog.New(slog.DiscardHandler)
	}
	e.current.Store(merge(nil))
	return e
}

// Publish replaces the page under key, which other scrapes see at once and as
// a whole. Pages may share families that have a "system" label, each with its
// own systems; any other family may stand on one page alone, for two would
// expose the same series twice.
func (e *Exposition) Publish(key string, p *Page) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	pages := maps.Clone(e.current.Load().pages)
	if pages == nil {
		pages = map[string]*Page{}
	}
	pages[key] = p
	if err := checkShared(pages); err != nil {
		return fmt.Errorf("publish metrics of %s: %w", key, err)
	}
	e.current.Store(merge(pages))
	return nil
}

// Remove takes the page under key away.
func (e *Exposition) Remove(key string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	pages := maps.Clone(e.current.Load().pages)
	delete(pages, key)
	e.current.Store(merge(pages))
}

// Series returns the number of published series.
func (e *Exposition) Series() int { return e.current.Load().series }

// Size returns the number of published bytes, uncompressed.
func (e *Exposition) Size() int { return e.current.Load().size }

func checkShared(pages map[string]*Page) error {
	owner := map[string]string{}
	for _, key := range sortedKeys(pages) {
		for i := range pages[key].sections {
			f := pages[key].sections[i].family
			if other, ok := owner[f.Name]; ok && !f.PerSystem() {
				return fmt.Errorf("family %s stands on the pages %s and %s; it has no system label, so publish it on one", f.Name, other, key)
			}
			owner[f.Name] = key
		}
	}
	return nil
}
