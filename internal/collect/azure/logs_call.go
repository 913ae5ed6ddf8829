package azure

import (
	"strings"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/entitlement"
)

// call is the catalogue's answer for an operation.
type call struct {
	name, source string // As the catalogue spells them, "" where it does not know them.
	actions      []entitlement.Action
	mapping      auditlog.Mapping
	reads        bool
}

// maxCalls bounds the memory of a normaliser: past it, it starts anew.
const maxCalls = 1 << 14

// call looks an operation up, in whatever case it is written.
func (n *normaliser) call(operation string) call {
	c, ok := n.calls[operation]
	if !ok {
		if len(n.calls) >= maxCalls {
			clear(n.calls)
		}
		c = n.lookUp(operation)
		n.calls[operation] = c
	}
	return c
}

func (n *normaliser) lookUp(operation string) call {
	indices, mapping := n.cat.Permissions(catalog.Call{Name: operation})
	c := call{reads: len(indices) > 0}
	for _, i := range indices {
		info := n.cat.Info(i)
		c.actions = append(c.actions, info.Action)
		c.source = info.Service
		c.reads = c.reads && !info.Type.Changes()
		if strings.EqualFold(string(info.Action), operation) {
			c.name = string(info.Action)
		}
	}
	switch mapping {
	case catalog.Mapped:
		c.mapping = auditlog.Mapped
	case catalog.NotPermissionBearing:
		c.mapping = auditlog.NotPermissionBearing
	case catalog.Unmapped:
		c.mapping = auditlog.Unmapped
	}
	return c
}

// called fills in what an event calls. Logs write operations in capitals, or in
// the mixed case of the one who called; the catalogue's spelling is taken where
// it knows the operation, that of the authorization where that has it.
func (n *normaliser) called(ev *auditlog.Event, operation, authorized string) {
	c := n.call(operation)
	if c.mapping == auditlog.Unmapped && authorized != "" && !strings.EqualFold(authorized, operation) {
		if by := n.call(authorized); by.mapping == auditlog.Mapped {
			c.actions, c.mapping, c.reads, c.source = by.actions, by.mapping, by.reads, by.source
		}
	}
	ev.Name = operation
	switch {
	case c.name != "":
		ev.Name = c.name
	case strings.EqualFold(authorized, operation):
		ev.Name = authorized
	}
	ev.Actions, ev.Mapping, ev.ReadOnly = c.actions, c.mapping, c.reads
	ev.Source = c.source
	if provider, _, ok := strings.Cut(ev.Name, "/"); ok && !strings.EqualFold(provider, ev.Source) {
		ev.Source = provider
	}
}
