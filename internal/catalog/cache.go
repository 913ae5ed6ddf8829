package catalog

import "sync"

// cache remembers results by key. It holds at most limit of them: when full it
// starts anew, which is simple and keeps an attacker who sends ever new keys
// from growing it.
type cache[K comparable, V any] struct {
	mu    sync.RWMutex // Guards byKey.
	byKey map[K]V
	limit int
}

func (c *cache[K, V]) get(key K) (V, bool) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	v, ok := c.byKey[key]
	return v, ok
}

// put stores v; key must not alias memory that its owner may reuse.
func (c *cache[K, V]) put(key K, v V) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.byKey == nil || len(c.byKey) >= c.limit {
		c.byKey = make(map[K]V)
	}
	c.byKey[key] = v
}
