package aws

import "github.com/leastward/leastward/internal/policy/aws/condition"

// explainMissing says which documents are missing that would decide.
func (q *query) explainMissing(d *Decision) {
	c := &q.caller
	switch {
	case c.subject != nil:
		q.explainOwn(d)
	case c.kind == userCaller || c.kind == sessionCaller:
		d.note(IdentityLayer, 0, "the policies of this identity of another account are not among the documents")
	case c.kind == rootCaller && !c.listed():
		d.note(ServiceControlLayer, 0, "what stands above account "+string(c.system)+" is not among the documents")
	}
	if q.guarded != nil && q.guarded.unknown && !q.assumes() {
		d.note(ResourceLayer, 0, "the policy of "+q.guarded.id+" could not be read")
	}
	q.explainLevels(d)
}

// explainOwn names the documents of the caller's side that are missing.
func (q *query) explainOwn(d *Decision) {
	c := &q.caller
	for _, s := range append([]*subject{c.subject}, c.subject.groups...) {
		for i, n := range s.own {
			if n == absent {
				d.note(IdentityLayer, 0, "the document of "+string(s.Policies[i])+" is missing")
			}
		}
	}
	if len(c.subject.groups) < len(c.subject.Groups) {
		d.note(IdentityLayer, 0, "a group of "+string(c.subject.ID)+" is missing")
	}
	if c.bounded() && c.subject.boundary == absent {
		d.note(BoundaryLayer, 0, "the document of the permissions boundary "+string(c.subject.Boundary)+" is missing")
	}
}

// explainLevels names levels of the organisation's policies of which something
// is missing or could not be understood.
func (q *query) explainLevels(d *Decision) {
	if t := &q.layers[ServiceControlLayer]; q.caller.account != nil && (t.allow == condition.Maybe || t.deny == condition.Maybe) {
		for i, l := range q.caller.account.serviceLevels {
			if l.missing || l.doubtful && t.allow == condition.Maybe {
				d.note(ServiceControlLayer, i, "a policy of this level is missing or cannot be understood")
			}
		}
	}
	if q.home == nil || q.layers[ResourceControlLayer].deny != condition.Maybe {
		return
	}
	for i, l := range q.home.shareLevels {
		if l.missing {
			d.note(ResourceControlLayer, i, "a policy of this level is missing")
		}
	}
}

func (d *Decision) note(layer Layer, level int, text string) {
	d.Because = append(d.Because, Reason{Layer: layer, Level: level, Uncertain: true, Note: text})
}
