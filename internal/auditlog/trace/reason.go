package trace

import (
	"fmt"
	"slices"
	"strings"
)

// manyDenied is how many refusals are worth a word.
const manyDenied = 5

// reason tells of each caller what makes it suspicious, facts alone.
func (b *builder) reason(edges []Edge) {
	denied := map[string]int{}
	for i := range edges {
		e := &edges[i]
		if !e.Context {
			denied[e.From] += e.Denied
		}
	}
	for _, kind := range []Kind{
		WeakenedDefences, CreatedCredential, CreatedIdentity, ChangedPolicy, SharedResource, RanCode, PassedRole, SensitiveRead, Discovery,
	} {
		b.reasonsOf(kind, edges)
	}
	for id, n := range b.nodes {
		if d := denied[id]; d >= manyDenied {
			n.Reasons = append(n.Reasons, fmt.Sprintf("was denied %d times", d))
		}
	}
	b.origins(edges)
	b.moved(edges)
}

// verbs of the kinds that are reasons: what was done, and what was tried.
func verbs(k Kind) (done, tried string) {
	switch k {
	case WeakenedDefences:
		return "weakened or changed defences", "tried to weaken or change defences"
	case CreatedCredential:
		return "created credentials", "tried to create credentials"
	case CreatedIdentity:
		return "created identities", "tried to create identities"
	case ChangedPolicy:
		return "changed permissions", "tried to change permissions"
	case SharedResource:
		return "changed who can reach resources", "tried to change who can reach resources"
	case RanCode:
		return "ran code", "tried to run code"
	case PassedRole:
		return "passed roles", "tried to pass roles"
	case SensitiveRead:
		return "read secrets or data", "tried to read secrets or data"
	case Discovery:
		return "looked around", "looked around"
	case ActedFrom, UsedKey, SessionOf, RunsAs, SignedIn, AssumedRole, Removed, Deleted, Refused, Other:
	}
	return "", ""
}

// reasonsOf sums up one kind of edge for each caller.
func (b *builder) reasonsOf(kind Kind, edges []Edge) {
	count, failed, calls := map[string]int{}, map[string]int{}, map[string][]string{}
	for i := range edges {
		e := &edges[i]
		if e.Kind != kind {
			continue
		}
		count[e.From] += e.Count
		failed[e.From] += e.Failed
		for _, c := range e.Calls {
			_, name, _ := strings.Cut(c.Name, ":")
			if !slices.Contains(calls[e.From], name) {
				calls[e.From] = append(calls[e.From], name)
			}
		}
	}
	for id, n := range count {
		done, tried := verbs(kind)
		if failed[id] == n {
			done = tried
		}
		b.nodes[id].Reasons = append(b.nodes[id].Reasons, fmt.Sprintf("%s: %s of %s", done, plural(n, "call"), short(calls[id])))
	}
}

func short(names []string) string {
	const most = 5
	if rest := len(names) - most; rest > 0 {
		return strings.Join(names[:most], ", ") + " and " + plural(rest, "more kind")
	}
	return strings.Join(names, ", ")
}

// origins says of what was created in the graph that it was.
func (b *builder) origins(edges []Edge) {
	for i := range edges {
		e := &edges[i]
		n, verb := b.nodes[e.To], "created"
		switch {
		case e.Failed == e.Count:
			continue
		case e.Kind == CreatedIdentity && n.Kind == Identity, e.Kind == CreatedCredential && e.makesKey():
		case e.Kind == CreatedCredential && n.Kind == AccessKey:
			verb = "switched on"
		default:
			continue
		}
		n.Reasons = append(n.Reasons, "was "+verb+" by "+b.nodes[e.From].spoken()+" at "+stamp(e.First))
	}
}

// moved says of sessions of machines that they were used from several addresses:
// a machine has one, who stole its credentials another.
func (b *builder) moved(edges []Edge) {
	from := map[string][]string{}
	for i := range edges {
		e := &edges[i]
		if n := b.nodes[e.To]; e.Kind == ActedFrom && n.Kind == Session && isInstance(n.Title) && b.nodes[e.From].Kind == Address {
			from[e.To] = append(from[e.To], b.nodes[e.From].Title)
		}
	}
	for id, addresses := range from {
		if len(addresses) > 1 {
			b.nodes[id].Reasons = append(b.nodes[id].Reasons,
				fmt.Sprintf("credentials of an instance were used from %d addresses: %s", len(addresses), short(addresses)))
		}
	}
}
