package query

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/leastward/leastward/internal/config"
)

// pipe reads what follows |.
func (p *parser) pipe(q *Query) error {
	p.space()
	begin, word := p.at, strings.ToLower(p.peekWord())
	late := q.Sort != nil || q.Limit != 0
	switch {
	case isFunction(word) || word == "series":
		if q.Group != nil || q.Series != nil {
			return p.fail(begin, "there is one answer only: "+word+" is the second")
		}
		if late {
			return p.fail(begin, word+" stands after sort or limit; put it before them")
		}
		if word == "series" {
			return p.series(q)
		}
		return p.groups(q)
	case word == "sort":
		if q.Sort != nil {
			return p.fail(begin, "sort stands there twice; write | sort a, b")
		}
		p.at += len(word)
		return p.sort(q)
	case word == "limit":
		if q.Limit != 0 {
			return p.fail(begin, "limit stands there twice")
		}
		p.at += len(word)
		return p.limit(q)
	case p.next("|"):
		return p.fail(begin-1, "write or between alternatives")
	case word == "":
		return p.fail(begin, "something is missing after |: count, unique, first, last, series, sort or limit")
	}
	return p.fail(begin, quote(word)+" cannot stand after |; there are count, unique, first, last, series, sort and limit")
}

func isFunction(word string) bool {
	return slices.Contains([]Function{Count, Unique, First, Last}, Function(word))
}

func (p *parser) groups(q *Query) error {
	q.Group = &Group{}
	err := p.commas(func() error {
		a, err := p.aggregate(true)
		q.Group.Aggregates = append(q.Group.Aggregates, a)
		return err
	})
	if err != nil {
		return err
	}
	q.Group.By, err = p.by()
	return err
}

// commas reads one thing or several with commas between.
func (p *parser) commas(one func() error) error {
	for {
		p.space()
		if err := one(); err != nil {
			return err
		}
		p.space()
		if !p.take(",") {
			return nil
		}
	}
}

// aggregate reads a function and what it is of: unique(action).
func (p *parser) aggregate(times bool) (Aggregate, error) {
	begin, word := p.at, strings.ToLower(p.peekWord())
	if !isFunction(word) {
		return Aggregate{}, p.fail(begin, "a function is missing here: count, unique(field), first or last")
	}
	p.at += len(word)
	a := Aggregate{Function: Function(word)}
	if p.take("(") && !p.take(")") {
		p.space()
		field, err := p.field()
		if err != nil {
			return a, err
		}
		a.Field = field
		p.space()
		if !p.take(")") {
			return a, p.fail(p.at, "the parenthesis is never closed; add )")
		}
	}
	check := &problems{}
	checkAggregate(check, "", a, times)
	if len(check.errs) > 0 {
		return a, p.fail(begin, a.String()+": "+check.errs[0].Error())
	}
	return a, nil
}

// field reads the name of a field that events may be grouped by.
func (p *parser) field() (Field, error) {
	begin, word := p.at, p.peekWord()
	if word == "" {
		return "", p.fail(begin, "a field is missing here, such as identity")
	}
	info, ok := Lookup(word)
	if !ok {
		return "", p.fail(begin, quote(word)+" is not a field"+didYouMean(word))
	}
	if message := checkGroupable(info.Name); message != "" {
		return "", p.fail(begin, message)
	}
	p.at += len(word)
	return info.Name, nil
}

func (p *parser) by() ([]Field, error) {
	p.space()
	if !p.keyword("by") {
		return nil, nil
	}
	var fields []Field
	err := p.commas(func() error {
		begin := p.at
		f, err := p.field()
		if err == nil && slices.Contains(fields, f) {
			return p.fail(begin, string(f)+" stands there twice")
		}
		fields = append(fields, f)
		return err
	})
	return fields, err
}

func (p *parser) series(q *Query) error {
	p.at += len("series")
	s := &Series{}
	q.Series = s
	p.space()
	if isFunction(strings.ToLower(p.peekWord())) {
		a, err := p.aggregate(false)
		if err != nil {
			return err
		}
		s.Function, s.Field = a.Function, a.Field
		p.space()
	}
	if word := p.peekWord(); word != "" && word[0] >= '0' && word[0] <= '9' {
		if err := p.step(s, word); err != nil {
			return err
		}
	}
	by, err := p.by()
	s.By = by
	p.space()
	if err != nil || !p.keyword("top") {
		return err
	}
	s.Top, err = p.number("top", MaxTop)
	return err
}

func (p *parser) step(s *Series, word string) error {
	var d config.Duration
	if err := d.UnmarshalText([]byte(word)); err != nil {
		return p.fail(p.at, quote(word)+" is not a duration; write it like 30s, 5m, 1h or 1d")
	}
	if d.Std() < MinStep {
		return p.fail(p.at, "the interval is below "+MinStep.String())
	}
	p.at += len(word)
	s.Step = d
	return nil
}

// number reads one from 1 to the most.
func (p *parser) number(what string, most int) (int, error) {
	p.space()
	word := p.peekWord()
	n, err := strconv.Atoi(word)
	if err != nil || n < 1 || n > most {
		return 0, p.fail(p.at, fmt.Sprintf("%s needs a number from 1 to %d, like %s 10", what, most, what))
	}
	p.at += len(word)
	return n, nil
}

func (p *parser) limit(q *Query) error {
	if q.Series != nil {
		return p.fail(p.at-len("limit"), "limit does not bound a series; write top: | series 1h by outcome top 5")
	}
	n, err := p.number("limit", MaxLimit)
	q.Limit = n
	return err
}

func (p *parser) sort(q *Query) error {
	return p.commas(func() error {
		begin := p.at
		o := Order{Descending: p.take("-")}
		word := p.peekWord()
		if word == "" {
			return p.fail(p.at, "something to sort by is missing here, such as -time or -count")
		}
		p.at += len(word)
		o.By = strings.ToLower(word)
		if info, ok := Lookup(word); ok {
			o.By = string(info.Name)
		}
		if p.take("(") {
			f, err := p.field()
			if err != nil {
				return err
			}
			if !p.take(")") {
				return p.fail(p.at, "the parenthesis is never closed; add )")
			}
			o.By += "(" + string(f) + ")"
		}
		q.Sort = append(q.Sort, o)
		if message := q.checkOrder(len(q.Sort) - 1); message != "" {
			return p.fail(begin, message)
		}
		return nil
	})
}
