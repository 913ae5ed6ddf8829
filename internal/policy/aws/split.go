package aws

import (
	"fmt"
	"slices"
)

// Split cuts a document into as many as it takes for each to have at most limit
// characters as [Size] counts them, such as [MaxManagedPolicy]. Statements stay
// in order; the actions of one that is too long by itself are shared out over
// several. Together the documents say what the one said. It fails if a
// statement cannot be cut: one with NotAction, or with conditions and resources
// that leave no room.
func (d *Document) Split(limit int) ([]*Document, error) {
	var out []*Document
	part := &Document{Version: d.Version, ID: d.ID}
	for i := range d.Statements {
		pieces, err := d.cut(&d.Statements[i], limit)
		if err != nil {
			return nil, err
		}
		for _, piece := range pieces {
			grown := *part
			grown.Statements = append(slices.Clip(grown.Statements), piece)
			if !grown.fits(limit) {
				out = append(out, part)
				grown = Document{Version: d.Version, ID: d.ID, Statements: []Statement{piece}}
			}
			part = &grown
		}
	}
	if len(part.Statements) > 0 {
		out = append(out, part)
	}
	return out, nil
}

// cut halves a statement's actions until each piece fits a document.
func (d *Document) cut(s *Statement, limit int) ([]Statement, error) {
	alone := Document{Version: d.Version, ID: d.ID, Statements: []Statement{*s}}
	if alone.fits(limit) {
		return alone.Statements, nil
	}
	if len(s.Actions) < 2 {
		return nil, fmt.Errorf("split the policy: statement %d does not fit into %d characters and cannot be cut further; shorten its resources or conditions", s.Index+1, limit)
	}
	half := len(s.Actions) / 2
	first, second := *s, *s
	first.Actions, second.Actions = s.Actions[:half], s.Actions[half:]
	second.Sid = "" // Must be unique.
	a, err := d.cut(&first, limit)
	if err != nil {
		return nil, err
	}
	b, err := d.cut(&second, limit)
	return append(slices.Clip(a), b...), err
}

func (d *Document) fits(limit int) bool {
	doc, err := d.JSON()
	return err == nil && Size(doc) <= limit
}
