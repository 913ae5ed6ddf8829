package gcp

import (
	"slices"
	"strings"
	"time"

	"github.com/leastward/leastward/internal/entitlement"
)

// node is a project, a folder or an organization.
type node struct {
	ref    string // "projects/p", by id where that is known; "folders/1"; "organizations/1".
	number string // Of a project.
	name   string
	parent string // "" is none, or not known: see top.
	top    bool   // It is known that nothing is above it.
	// customer is the id of an organization's customer.
	customer string
	// above are containers above it in an order that is not known; parent says
	// more.
	above   []string
	created time.Time
	tags    map[string]string
	present bool // Records are about it or about something in it.
}

// hierarchy knows the containers and what is above them. Projects are found by
// id and by number.
type hierarchy struct{ nodes map[string]*node }

func newHierarchy() *hierarchy { return &hierarchy{nodes: map[string]*node{}} }

// node returns the node of a container, which is made if need be.
func (h *hierarchy) node(ref string) *node {
	n, ok := h.nodes[ref]
	if !ok {
		n = &node{ref: ref}
		if id, isProject := strings.CutPrefix(ref, "projects/"); isProject && isNumber(id) {
			n.number = id
		}
		h.nodes[ref] = n
	}
	return n
}

// link notes that a project's id and number are of the same project.
func (h *hierarchy) link(id, number string) *node {
	if id == "" || isNumber(id) {
		return h.node("projects/" + number)
	}
	n := h.node("projects/" + id)
	if number == "" {
		return n
	}
	if old := h.node("projects/" + number); old != n {
		n.merge(old)
	}
	n.number = number
	h.nodes["projects/"+number] = n
	return n
}

func (n *node) merge(old *node) {
	if n.parent == "" {
		n.parent = old.parent
	}
	if n.name == "" {
		n.name = old.name
	}
	if n.tags == nil {
		n.tags = old.tags
	}
	if n.created.IsZero() {
		n.created = old.created
	}
	n.top, n.present = n.top || old.top, n.present || old.present
	n.above = append(n.above, old.above...)
}

// canonical returns a container's name, by id where it is a project whose id is
// known.
func (h *hierarchy) canonical(ref string) string {
	if n, ok := h.nodes[ref]; ok {
		return n.ref
	}
	return ref
}

// name returns a full resource name with the project's id in the place of its
// number.
func (h *hierarchy) name(full string) string {
	ref := projectIn(full)
	if ref == "" {
		ref = containerOf(full)
	}
	if to := h.canonical(ref); ref != "" && to != ref {
		before, after, _ := strings.Cut(full, "/"+ref)
		return before + "/" + to + after
	}
	return full
}

// chain notes containers, the nearest first and each the parent of the one
// before it, up to the top. It returns the place of one that was said to be
// elsewhere before, or -1.
func (h *hierarchy) chain(refs []string) int {
	wrong := -1
	for i, ref := range refs {
		n := h.node(ref)
		if i+1 == len(refs) {
			n.top = n.top || n.parent == ""
			continue
		}
		if !h.under(n, refs[i+1]) && wrong < 0 {
			wrong = i
		}
	}
	return wrong
}

// under notes a parent and reports whether that is no contradiction.
func (h *hierarchy) under(n *node, parent string) bool {
	h.node(parent)
	if n.parent != "" && h.canonical(n.parent) != h.canonical(parent) {
		return false
	}
	n.parent = parent
	return true
}

// ancestors returns the containers above one, the nearest first, and whether
// these are all.
func (h *hierarchy) ancestors(ref string) (above []string, whole bool) {
	for n := h.node(ref); ; n = h.node(n.parent) {
		switch {
		case n.parent != "" && slices.Contains(above, n.parent): // A circle, of two exports.
			return above, false
		case n.parent != "":
			above = append(above, n.parent)
		case strings.HasPrefix(n.ref, "organizations/") || n.top:
			return above, true
		default:
			return h.loose(n, above)
		}
	}
}

// loose adds containers whose order is not known: folders before the
// organization.
func (h *hierarchy) loose(n *node, above []string) ([]string, bool) {
	whole := false
	for _, kind := range []string{"folders/", "organizations/"} {
		for _, ref := range n.above {
			if strings.HasPrefix(ref, kind) && !slices.Contains(above, ref) {
				above, whole = append(above, ref), whole || kind == "organizations/"
			}
		}
	}
	return above, whole
}

// projects returns the projects of which something is known, by id.
func (h *hierarchy) projects() []*node {
	var out []*node
	for ref, n := range h.nodes {
		if n.present && ref == n.ref && strings.HasPrefix(ref, "projects/") {
			out = append(out, n)
		}
	}
	slices.SortFunc(out, func(a, b *node) int { return strings.Compare(a.ref, b.ref) })
	return out
}

func (h *hierarchy) scopes(refs []string) []entitlement.Scope {
	var out []entitlement.Scope
	for _, ref := range refs {
		kind, _, _ := strings.Cut(ref, "s/")
		out = append(out, entitlement.Scope{
			ID: entitlement.ResourceID(managerHost + ref), Type: kind, Name: h.node(ref).name,
		})
	}
	return out
}
