package metric

import "io"

// Page is a rendered set of families, made by a [Writer]. It doesn't change
// and is safe for concurrent use.
type Page struct{ sections []section }

// section is one family's part of a page.
type section struct {
	family *Family
	series int
	chunks []*chunk
}

// Series returns the number of samples on the page.
func (p *Page) Series() int {
	n := 0
	for i := range p.sections {
		n += p.sections[i].series
	}
	return n
}

// WriteTo writes the page in the text format, with the header of each family.
func (p *Page) WriteTo(w io.Writer) (int64, error) {
	var total int64
	for i := range p.sections {
		n, err := w.Write(appendHeader(nil, p.sections[i].family))
		total += int64(n)
		for _, c := range p.sections[i].chunks {
			if err != nil {
				return total, err
			}
			n, err = w.Write(c.plain)
			total += int64(n)
		}
		if err != nil {
			return total, err
		}
	}
	return total, nil
}
