package trace

import "time"

// Graph is what was reached from a start.
type Graph struct {
	Start Start  `json:"start"`
	Nodes []Node `json:"nodes"` // By the time of their first event, then by id.
	Edges []Edge `json:"edges"` // By the time of their first event, then by kind and nodes.
	// Events is how many there are; it is the sum of the counts of the edges
	// that are no context.
	Events int       `json:"events"`
	First  time.Time `json:"first,omitzero"`
	Last   time.Time `json:"last,omitzero"`
	// Truncated tells what bounds left out; it is nil where nothing is missing.
	Truncated *Truncated `json:"truncated,omitempty"`
	// Partial is set where a part of the store could not be asked.
	Partial bool `json:"partial,omitempty"`
}

// Truncated tells what was left out.
type Truncated struct {
	// Events is set where there are more events than Start.MaxEvents. Until is
	// the time before which the round that was cut first has all of them; of later
	// ones it has the calls that Start.MaxEvents prefers.
	Events bool      `json:"events,omitempty"`
	Until  time.Time `json:"until,omitzero"`
	// Leads were found and not followed, because of Start.Depth or because there
	// was no room for more events: at most 100 of them, with their number.
	Leads      []string `json:"leads,omitempty"`
	LeadsTotal int      `json:"leads_total,omitempty"`
	// Nodes is how many are gathered in one node, because of Start.MaxNodes.
	Nodes int `json:"nodes,omitempty"`
}

// NodeKind tells what a node is.
type NodeKind string

// The kinds of node.
const (
	Identity  NodeKind = "identity"   // User, role, root; an id where the log has no ARN.
	Session   NodeKind = "session"    // Role session, or the temporary keys of a user.
	AccessKey NodeKind = "access_key" // Long-lived, or temporary and issued in the graph.
	Address   NodeKind = "address"
	Resource  NodeKind = "resource" // One, or many of a kind with Members.
	Service   NodeKind = "service"  // Of the cloud: as target, or as caller.
	Account   NodeKind = "account"  // Account, subscription or project.
	More      NodeKind = "more"     // What Start.MaxNodes left no room for.
)

// Node is somebody or something of the graph.
type Node struct {
	ID       string   `json:"id"` // Unique in the graph; the same in every graph that holds the node.
	Kind     NodeKind `json:"kind"`
	Type     string   `json:"type,omitempty"` // "user", "role", "bucket", "secret", "temporary key", ….
	Title    string   `json:"title"`
	Subtitle string   `json:"subtitle,omitempty"`
	// First, Last and Events are of the events whose edges touch the node.
	First  time.Time `json:"first,omitzero"`
	Last   time.Time `json:"last,omitzero"`
	Events int       `json:"events"`
	Start  bool      `json:"start,omitempty"`
	// Followed tells that the node's own events were read.
	Followed bool `json:"followed,omitempty"`
	// Reasons are facts that make the node suspicious: "created an access key".
	Reasons []string `json:"reasons,omitempty"`
	// Members are what a node stands for: resources that were gathered, or
	// temporary keys: at most 50, with their number.
	Members      []string `json:"members,omitempty"`
	MembersTotal int      `json:"members_total,omitempty"`
}

// Suspicious reports whether there is a reason to look at the node.
func (n *Node) Suspicious() bool { return len(n.Reasons) > 0 }

// Kind tells what an edge is.
type Kind string

// The kinds of edge. The first four are context: they show with what and from
// where the others were done.
const (
	ActedFrom Kind = "acted_from" // From an address or a service to the key or the caller.
	UsedKey   Kind = "used_key"   // From a key to the identity that it acted as.
	SessionOf Kind = "session_of" // From a role to its session.
	RunsAs    Kind = "runs_as"    // From a function or instance to its role or session.

	SignedIn          Kind = "signed_in"
	AssumedRole       Kind = "assumed_role" // Any call that hands out temporary keys.
	CreatedCredential Kind = "created_credential"
	CreatedIdentity   Kind = "created_identity"
	ChangedPolicy     Kind = "changed_policy"  // What an identity may do, or who may use a resource.
	SharedResource    Kind = "shared_resource" // Lists of accounts, access control lists, firewalls.
	PassedRole        Kind = "passed_role"
	RanCode           Kind = "ran_code" // On an instance, or put into a function.
	SensitiveRead     Kind = "sensitive_read"
	WeakenedDefences  Kind = "weakened_defences"
	Removed           Kind = "removed" // An identity or a credential.
	Deleted           Kind = "deleted" // Anything else.
	Refused           Kind = "refused" // Calls that were denied and are none of the above.
	Discovery         Kind = "discovery"
	Other             Kind = "other"
)

// Edge is what was done, from one node to another.
type Edge struct {
	ID   string `json:"id"`
	From string `json:"from"` // Node ids.
	To   string `json:"to"`
	Kind Kind   `json:"kind"`
	// Context tells that the events are counted by another edge as well.
	Context bool      `json:"context,omitempty"`
	First   time.Time `json:"first"`
	Last    time.Time `json:"last"`
	Count   int       `json:"count"`
	Failed  int       `json:"failed,omitempty"` // Of Count: were denied or ended in an error.
	Denied  int       `json:"denied,omitempty"` // Of Failed: for want of permission.
	// Sentence says it for people.
	Sentence string `json:"sentence"`
	// Calls are the different calls, the most frequent first: at most 20, with
	// their number.
	Calls      []Call `json:"calls,omitempty"`
	CallsTotal int    `json:"calls_total,omitempty"`
	// Named are managed policies, other accounts and the whole world where a
	// change of permissions names them: at most 8, the earliest first.
	Named []string `json:"named,omitempty"`
	// Events are ids, the earliest first, at most Start.EventsPerEdge.
	Events []string `json:"events"`
}

// Call counts one kind of call.
type Call struct {
	Name   string `json:"name"` // "iam:CreateAccessKey"
	Count  int    `json:"count"`
	Failed int    `json:"failed,omitempty"`
}
