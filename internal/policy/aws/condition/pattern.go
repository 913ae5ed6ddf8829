package condition

import "strings"

// pattern is a value of a policy with wildcards or variables.
type pattern struct {
	pieces []piece
	vars   []Variable
	arn    bool // Wildcards keep to the parts of an ARN.
}

// newPattern reads a value; fixed tells that it has neither wildcards nor
// variables, but is the text.
func newPattern(raw string, op operator, variables bool) (p pattern, text string, fixed bool) {
	p = pattern{pieces: split(raw, op.wild, variables), arn: op.test == arnTest}
	var b strings.Builder
	fixed = true
	for _, piece := range p.pieces {
		b.WriteString(piece.text)
		fixed = fixed && piece.kind == literal
	}
	if variables {
		p.vars = ParseVariables(raw)
	}
	if p.arn && len(p.vars) == 0 {
		flatten(p.pieces)
	}
	return p, b.String(), fixed
}

// match reports whether the pattern matches a value of the request.
func (p *pattern) match(s string, fold bool, src Source) Truth {
	if len(p.vars) == 0 {
		return truth(match(p.pieces, s, fold))
	}
	var space [16]piece
	pieces, known := p.bind(space[:0], src)
	if known == No || !match(pieces, s, fold) {
		return No
	}
	return known
}

// bind puts the values of variables into the pieces. A variable whose value is
// not known becomes a wildcard, and as its value may have colons, all wildcards
// then take some: what does not match so matches with no value of it.
func (p *pattern) bind(pieces []piece, src Source) ([]piece, Truth) {
	known := Yes
	for _, piece := range p.pieces {
		if piece.kind == variable {
			text, has := p.vars[piece.at].value(src)
			known = known.And(has)
			piece.text, piece.kind = text, literal
			if has == Maybe {
				piece.kind = rest
			}
		}
		pieces = append(pieces, piece)
	}
	if p.arn && known == Yes {
		flatten(pieces)
	}
	return pieces, known
}

// matchHidden reports whether the pattern matches a value of which nothing is
// known.
func (p *pattern) matchHidden(src Source) Truth {
	every := true
	for i := range p.pieces {
		every = every && p.pieces[i].kind == rest
	}
	if every {
		return Yes
	}
	for i := range p.vars {
		if _, has := p.vars[i].value(src); has == No {
			return No
		}
	}
	return Maybe
}
