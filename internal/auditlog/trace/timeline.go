package trace

import "time"

// Entry is one line of the way.
type Entry struct {
	Time     time.Time `json:"time"`
	Last     time.Time `json:"last"`
	Kind     Kind      `json:"kind"`
	Sentence string    `json:"sentence"`
	Count    int       `json:"count"`
	Failed   int       `json:"failed,omitempty"`
	Edge     string    `json:"edge"` // Its id.
	// Minor is set for what tells little by itself: other activity, and keys
	// used as whom they belong to.
	Minor bool `json:"minor,omitempty"`
}

// Timeline returns the steps in the order of time.
func (g *Graph) Timeline() []Entry {
	entries := make([]Entry, len(g.Edges))
	for i := range g.Edges {
		e := &g.Edges[i]
		entries[i] = Entry{
			Time: e.First, Last: e.Last, Kind: e.Kind, Sentence: e.Sentence, Count: e.Count, Failed: e.Failed, Edge: e.ID,
			Minor: e.Kind == Other || e.Kind == UsedKey || e.Kind == SessionOf || e.Kind == RunsAs,
		}
	}
	return entries
}
