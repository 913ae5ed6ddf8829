package access

import (
	"slices"

	"github.com/leastward/leastward/internal/entitlement"
)

// Caller is who asks. Without a name it is whoever reaches the listener of an
// exporter that knows no callers: it reads everything and writes nothing.
type Caller struct {
	Grant
	folders func(string) []entitlement.SystemID
}

// Systems returns the systems that the caller may see, in order; nil is all of
// them, and an empty list none.
func (c *Caller) Systems() *[]entitlement.SystemID {
	if len(c.Grant.Systems) == 0 && len(c.Folders) == 0 {
		return nil
	}
	systems := append(make([]entitlement.SystemID, 0, len(c.Grant.Systems)), c.Grant.Systems...)
	for _, name := range c.Folders {
		systems = append(systems, c.folders(name)...)
	}
	slices.Sort(systems)
	systems = slices.Compact(systems)
	return &systems
}

// Sees reports whether the caller may see a system.
func (c *Caller) Sees(id entitlement.SystemID) bool {
	systems := c.Systems()
	return systems == nil || slices.Contains(*systems, id)
}

// Named reports whether the caller has a name, which writing needs.
func (c *Caller) Named() bool { return c.Name != "" }

// Admin reports whether the caller may change what belongs to others.
func (c *Caller) Admin() bool { return c.Role == Admin }

// Appends reports whether the caller may add Platform events.
func (c *Caller) Appends() bool { return c.Role == Controller || c.Role == Admin }
