package metric

import (
	"slices"
	"strings"
)

// glueSize is up to which size the pieces of small families and small systems
// are copied together: a chunk for each would compress badly.
const glueSize = 256 << 10

// snapshot is all pages merged into one: what is served until the next change.
// It doesn't change.
type snapshot struct {
	pages  map[string]*Page
	names  map[string]bool // Of the families.
	chunks []*chunk
	size   int // Bytes of all chunks.
	series int
}

// merge makes a snapshot of the pages, each family in one group. The order is
// that of the families' names and within it of the pages' keys, so that equal
// pages give equal bytes.
func merge(pages map[string]*Page) *snapshot {
	s := &snapshot{pages: pages, names: map[string]bool{}}
	var sections []section
	for _, key := range sortedKeys(pages) {
		sections = append(sections, pages[key].sections...)
	}
	slices.SortStableFunc(sections, func(a, b section) int { return strings.Compare(a.family.Name, b.family.Name) })
	g := gluer{}
	for i := range sections {
		s.add(&g, &sections[i])
	}
	s.chunks = g.done()
	for _, c := range s.chunks {
		s.size += len(c.plain)
	}
	return s
}

func (s *snapshot) add(g *gluer, sec *section) {
	if name := sec.family.Name; !s.names[name] {
		s.names[name] = true
		g.buf = appendHeader(g.buf, sec.family)
	}
	for _, c := range sec.chunks {
		g.add(c)
	}
	s.series += sec.series
}

func sortedKeys(pages map[string]*Page) []string {
	keys := make([]string, 0, len(pages))
	for key := range pages {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}

// gluer gathers chunks, copying small neighbours into one.
type gluer struct {
	chunks []*chunk
	buf    []byte
}

func (g *gluer) add(c *chunk) {
	if len(c.plain) < glueSize/4 {
		g.buf = append(g.buf, c.plain...)
		if len(g.buf) >= glueSize {
			g.flush()
		}
		return
	}
	g.flush()
	g.chunks = append(g.chunks, c)
}

func (g *gluer) flush() {
	if len(g.buf) > 0 {
		g.chunks = append(g.chunks, &chunk{plain: g.buf})
		g.buf = nil
	}
}

func (g *gluer) done() []*chunk {
	g.flush()
	return g.chunks
}
