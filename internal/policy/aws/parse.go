package aws

import (
	"bytes"
	"fmt"
	"strings"
	"unicode/utf8"
)

// MaxDocument is the size in bytes above which a document is refused unread.
// AWS itself takes at most 10,240 characters for the inline policies of a role,
// 6,144 for a managed policy and 20,480 for a bucket policy, so that nothing
// real comes near. See
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html.
const MaxDocument = 1 << 20

// parser reads one document.
type parser struct {
	doc    []byte
	places places
	diags  []Diagnostic
	seen   map[string]int // Statement ids; nil until one is seen.
}

// Parse reads a policy document of any kind: identity, resource, trust or
// service control policy. It never fails: what it cannot understand it leaves
// out, counts in Rejected, and reports with line and column; the rest goes on.
func Parse(doc []byte) (*Document, []Diagnostic) {
	doc = bytes.TrimPrefix(doc, []byte("\xef\xbb\xbf"))
	p := parser{doc: doc, places: places{doc: doc}}
	d := p.document()
	return d, p.diags
}

func (p *parser) document() *Document {
	switch {
	case len(p.doc) > MaxDocument:
		return p.refuse(-1, "the document has %d bytes, more than the limit of %d; AWS allows no policy of this size, so check where it comes from", len(p.doc), MaxDocument)
	case len(bytes.TrimSpace(p.doc)) == 0:
		return p.refuse(-1, "the document is empty")
	case !utf8.Valid(p.doc):
		return p.refuse(-1, "the document is not valid UTF-8")
	}
	root, err := scan(string(p.doc))
	if err != nil {
		return p.refuse(err.offset, "the document is not valid JSON: %s", err.message)
	}
	if root.kind != objectValue {
		return p.refuse(root.start, "the document is %s, not an object", root.kind)
	}
	return p.root(&root)
}

func (p *parser) root(root *value) *Document {
	d := &Document{}
	if m := duplicate(root.members); m != nil {
		return p.refuse(m.start, "the element %q stands twice, so that nobody can say which counts", m.name)
	}
	var statements *value
	for i := range root.members {
		m := &root.members[i]
		switch m.name {
		case "Version":
			if d.Version = m.value.text; m.value.kind != stringValue || d.Version != Version2008 && d.Version != Version2012 {
				return p.refuse(m.value.start, "the Version %s is unknown; AWS knows %q and %q", p.quote(&m.value), Version2012, Version2008)
			}
		case "Id":
			if d.ID = m.value.text; m.value.kind != stringValue {
				return p.refuse(m.value.start, "the Id is %s, not a string", m.value.kind)
			}
		case "Statement":
			statements = &m.value
		default:
			p.add(Notice, m.start, "the element %q is unknown in a policy document and is passed over", m.name)
		}
	}
	if statements == nil {
		return p.refuse(root.start, "the document has no Statement")
	}
	p.statements(d, statements)
	return d
}

func (p *parser) statements(d *Document, v *value) {
	list := v.items
	if v.kind != listValue {
		list = []value{*v}
	}
	d.Statements = make([]Statement, 0, len(list))
	for i := range list {
		s, deny, ok := p.statement(&list[i])
		if !ok {
			d.Rejected++
			if !deny {
				d.RejectedAllows++
			}
			continue
		}
		s.Index = i
		d.Statements = append(d.Statements, s)
	}
}

// refuse reports that the document as a whole is left out.
func (p *parser) refuse(offset int, format string, args ...any) *Document {
	p.add(Rejected, offset, format+": the whole document is left out", args...)
	return &Document{Rejected: 1, RejectedAllows: 1}
}

// add appends a diagnostic for the byte at offset; below 0 is the whole
// document.
func (p *parser) add(level Level, offset int, format string, args ...any) {
	d := Diagnostic{Level: level, Message: fmt.Sprintf(format, args...)}
	if offset >= 0 {
		d.Position = p.places.at(offset)
	}
	p.diags = append(p.diags, d)
}

// quote returns a value as written, cut where long.
func (p *parser) quote(v *value) string {
	const most = 40
	s := strings.ToValidUTF8(string(p.doc[v.start:v.end]), "")
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}

// duplicate returns the first member whose name another had before.
func duplicate(members []member) *member {
	if len(members) <= 16 { // The common case, without a map.
		for i := range members {
			for j := range i {
				if members[i].name == members[j].name {
					return &members[i]
				}
			}
		}
		return nil
	}
	seen := make(map[string]bool, len(members))
	for i := range members {
		if seen[members[i].name] {
			return &members[i]
		}
		seen[members[i].name] = true
	}
	return nil
}
