package records

import (
	"container/list"
	"sync"
)

// cache keeps decoded chunks, the least recently used of which go first.
type cache struct {
	limit int64

	mu    sync.Mutex // Guards what follows.
	size  int64
	order *list.List // Of *entry, most recently used first.
	byID  map[chunkID]*list.Element
}

type entry struct {
	id     chunkID
	chunk  [][]byte
	weight int64
}

func newCache(limit int64) *cache {
	return &cache{limit: limit, order: list.New(), byID: map[chunkID]*list.Element{}}
}

func (c *cache) get(id chunkID) ([][]byte, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	e := c.byID[id]
	if e == nil {
		return nil, false
	}
	c.order.MoveToFront(e)
	return e.Value.(*entry).chunk, true
}

func (c *cache) put(id chunkID, chunk [][]byte) {
	w := weigh(chunk)
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.byID[id] != nil || w > c.limit {
		return
	}
	c.byID[id] = c.order.PushFront(&entry{id, chunk, w})
	c.size += w
	for c.size > c.limit {
		last := c.order.Remove(c.order.Back()).(*entry)
		delete(c.byID, last.id)
		c.size -= last.weight
	}
}

func weigh(chunk [][]byte) int64 {
	const slice = 24
	w := int64(len(chunk) * slice)
	for _, r := range chunk {
		w += int64(len(r))
	}
	return w
}
