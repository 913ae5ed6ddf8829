package escalation

import "github.com/leastward/leastward/internal/entitlement"

// bring is what coming to act as a service account brings somebody.
type bring struct {
	admin, more, storage truth
}

// in returns what a service account may do in a project.
func (n *node) in(h *home) *entitlement.Access {
	a := n.access[h]
	if a == nil {
		if n.access == nil {
			n.access = map[*home]*entitlement.Access{}
		}
		a = h.Access(n.id)
		n.access[h] = a
	}
	return a
}

// in returns what a class may do in a project.
func (c *class) in(h *home) *entitlement.Access {
	for _, v := range c.views {
		if v.home == h {
			return v.access
		}
	}
	return h.Access(c.member)
}

// brings tells what a service account brings a class, in the account's project
// and in the class's own.
func (f *finder) brings(c *class, n *node) bring {
	if b, ok := c.brings[n]; ok {
		return b
	}
	var b bring
	if n.id != c.member || len(c.views) == 0 {
		f.compare(&b, c, n, n.home)
		if own := c.views[0].home; own != n.home {
			f.compare(&b, c, n, own)
		}
	}
	if c.brings == nil {
		c.brings = map[*node]bring{}
	}
	c.brings[n] = b
	return b
}

func (f *finder) compare(b *bring, c *class, n *node, h *home) {
	before, after := c.in(h), n.in(h)
	if before.Super {
		return
	}
	more := f.gain(before, after, f.high)
	b.more = max(b.more, more)
	b.storage = max(b.storage, f.gain(before, after, f.highStorage))
	if more != no {
		b.admin = max(b.admin, f.administers(after))
	}
}
