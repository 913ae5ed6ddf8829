package aws

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	policy "github.com/leastward/leastward/internal/policy/aws"
	"github.com/leastward/leastward/remediator/internal/change"
)

// keep is what the user gets in place of what goes.
type keep struct {
	attach   string // ARN of the read-only policy, or "".
	document string // Of the inline policy, or "".
	size     int
}

// keep makes the read-only part: the managed read-only policy where an
// administrator's goes, the reading statements of what goes otherwise, and
// always every Deny of it, since those still restrict what stays.
func (p *planner) keep() (keep, error) {
	var k keep
	var d document
	admin := false
	for _, r := range p.removed {
		admin = admin || r.verdict.Admin
		d.deny(r.verdict.Denies)
	}
	inTheEnd, meanwhile := policy.MaxUserInline-p.keptSize, policy.MaxUserInline-p.lasting()
	switch {
	case d.size() > inTheEnd:
		return keep{}, change.Refuse("the Deny statements of what would be removed need %d characters, but IAM leaves only %d for inline policies of the user: "+
			"move them to a permissions boundary or a service control policy first", d.size(), inTheEnd)
	case d.size() > meanwhile:
		return keep{}, change.Refuse("IAM's limit of %d characters for a user's inline policies has no room to put the Deny statements of what would be removed beside the present policies, "+
			"and removing these first would lift them for a moment", policy.MaxUserInline)
	}
	if admin {
		k.attach = p.readOnlyPolicy()
	} else {
		p.carry(&d, min(inTheEnd, meanwhile))
	}
	k.document, k.size = d.text(), d.size()
	return k, nil
}

// readOnlyPolicy returns the policy to attach, "" where the user has it. An
// administrator may do everything, so that whatever the policy allows is a
// subset.
func (p *planner) readOnlyPolicy() string {
	p.note("the user is an administrator: it keeps reading everything, through %s", p.request.PolicyARN)
	for _, m := range p.user.Attached {
		if m.ARN == p.request.PolicyARN {
			return ""
		}
	}
	return p.request.PolicyARN
}

// lasting is the size of the inline policies that must stand until the new one
// does: those that stay, and those whose Deny must not be lifted.
func (p *planner) lasting() int {
	n := p.keptSize
	for _, r := range p.removed {
		if r.op.Kind == change.InlinePolicy && !r.own() && len(r.verdict.Denies) > 0 {
			n += policy.Size([]byte(p.plan.Before[r.op.Key()]))
		}
	}
	return n
}

// carry adds the reading statements as long as there is room, each whole or
// not at all.
func (p *planner) carry(d *document, room int) {
	for _, r := range p.removed {
		for _, lost := range r.verdict.Lost {
			p.note("%s", lost)
		}
		for _, statement := range r.verdict.Reads {
			if !d.allow(statement, room) {
				p.note("IAM's limit of %d characters for a user's inline policies leaves no room for this reading of %s, which is lost: %s",
					policy.MaxUserInline, r.op.Name, brief(statement))
			}
		}
	}
}

// document collects statements, each once, with names that don't repeat.
type document struct {
	statements []string
	sids       map[string]bool
	seen       map[string]bool
}

func (d *document) deny(statements []json.RawMessage) {
	for _, s := range statements {
		d.add(compact(s))
	}
}

func (d *document) allow(statement json.RawMessage, room int) bool {
	before := *d
	before.statements = slices.Clip(d.statements)
	text := compact(statement)
	if d.seen[text] {
		return true
	}
	d.add(text)
	if d.size() > room {
		delete(d.seen, text)
		d.statements = before.statements
		return false
	}
	return true
}

func (d *document) add(text string) {
	if d.sids == nil {
		d.sids, d.seen = map[string]bool{}, map[string]bool{}
	}
	if d.seen[text] {
		return
	}
	d.seen[text] = true
	var named struct{ Sid string }
	if json.Unmarshal([]byte(text), &named) == nil && named.Sid != "" {
		if d.sids[named.Sid] {
			text = withoutSid(text)
		}
		d.sids[named.Sid] = true
	}
	d.statements = append(d.statements, text)
}

func (d *document) text() string {
	if len(d.statements) == 0 {
		return ""
	}
	return fmt.Sprintf(`{"Version":"2012-10-17","Statement":[%s]}`, strings.Join(d.statements, ","))
}

func (d *document) size() int { return policy.Size([]byte(d.text())) }

func compact(statement json.RawMessage) string {
	var out bytes.Buffer
	if json.Compact(&out, statement) != nil {
		return string(statement)
	}
	return out.String()
}

// withoutSid takes away a statement's name, which within one document may
// stand only once and means nothing.
func withoutSid(text string) string {
	var members map[string]json.RawMessage
	if json.Unmarshal([]byte(text), &members) != nil {
		return text
	}
	delete(members, "Sid")
	out, err := json.Marshal(members)
	if err != nil {
		return text
	}
	return string(out)
}

// brief is a statement as a note shows it: the lists of some are endless.
func brief(statement json.RawMessage) string {
	const most = 300
	text := []rune(compact(statement))
	if len(text) <= most {
		return string(text)
	}
	return string(text[:most]) + "…"
}
