package escalation

import (
	"bytes"
	"cmp"
	"regexp"
	"slices"
	"strings"

	"github.com/leastward/leastward/internal/entitlement"
)

// probe is the name of what a path would make, where a grant does not ask for
// another.
const probe = "leastward-probe"

// maxRegions bounds the regions in which a path is tried.
const maxRegions = 8

// things decides whether an identity has the permissions of a path that work
// on what is not in the inventory: on one resource of each type the same for
// all actions, all in one region.
func (f *finder) things(who *actor, p *plan) answer {
	best := answer{}
	types := p.types()
	for _, region := range f.regions(who, p) {
		a := f.anywhere(who, p, region)
		for _, typ := range types {
			if a.truth == no {
				break
			}
			a = a.and(f.thing(who, p, typ, region))
		}
		if a.truth > best.truth {
			best = a
		}
		if best.truth == yes {
			break
		}
	}
	return best
}

// types lists the resource types that a plan's actions work on.
func (p *plan) types() []string {
	var out []string
	for i := range p.Needs {
		out = append(out, p.Needs[i].Types...)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// anywhere decides the actions that work on no resource.
func (f *finder) anywhere(who *actor, p *plan, region string) answer {
	a := answer{truth: yes}
	for i := range p.Needs {
		if p.Needs[i].On == Any && a.truth != no {
			a = a.and(f.ask(string(who.ID), p.Needs[i].Action, "*", who.view.at(region)))
		}
	}
	return a
}

// thing decides the actions that work on one resource of a type.
func (f *finder) thing(who *actor, p *plan, typ, region string) answer {
	best := answer{}
	context := who.view.at(region)
	for _, arn := range f.candidates(who, p, typ, region) {
		a := answer{truth: yes}
		for i := range p.Needs {
			if slices.Contains(p.Needs[i].Types, typ) && a.truth != no {
				a = a.and(f.ask(string(who.ID), p.Needs[i].Action, arn, context))
			}
		}
		if a.truth > best.truth {
			best = a
		}
		if best.truth == yes {
			break
		}
	}
	return best
}

// candidates lists resources of a type that the identity's grants might speak
// of: one with a name of our own, and one for each pattern.
func (f *finder) candidates(who *actor, p *plan, typ, region string) []string {
	format := ""
	var names []string
	for i := range p.Needs {
		if !slices.Contains(p.Needs[i].Types, typ) {
			continue
		}
		info := f.cat.Info(p.indices[i])
		format = info.ResourceARNs[slices.Index(info.ResourceTypes, typ)]
		for _, s := range f.statements(who, p.Needs[i].Action) {
			names = append(names, s.Resources...)
		}
	}
	parts := strings.SplitN(format, ":", 6)
	resource := parts[5]
	parts[1], parts[3] = who.view.partition, fillPart(parts[3], region)
	parts[4] = fillPart(parts[4], who.view.number)
	prefix := strings.Join(parts[:5], ":") + ":"
	out := []string{prefix + fit("", resource)}
	slices.Sort(names)
	for _, pattern := range slices.Compact(names) {
		if name, ok := instance(who, pattern); ok {
			out = append(out, prefix+fit(name, resource))
		}
	}
	return slices.Compact(out)
}

func fillPart(part, value string) string {
	if strings.HasPrefix(part, "${") {
		return value
	}
	return part
}

// instance turns the resource part of a pattern into a name that it matches.
func instance(who *actor, pattern string) (string, bool) {
	if parts := strings.SplitN(pattern, ":", 6); len(parts) == 6 {
		pattern = parts[5]
	} else if pattern = strings.Trim(pattern[strings.LastIndexAny(pattern, ":/")+1:], "*"); pattern == "" {
		return "", false
	}
	pattern = strings.ReplaceAll(pattern, "${aws:username}", who.Name)
	pattern = strings.NewReplacer("${*}", "*", "${?}", "?", "${$}", "$", "*", probe, "?", "x").Replace(pattern)
	return pattern, !strings.Contains(pattern, "${") && pattern != probe
}

// fit makes a name follow a format such as "service/${Cluster}/${Name}": what
// it lacks at its front or end is added.
func fit(name, format string) string {
	literal, rest, more := strings.Cut(format, "${")
	var out strings.Builder
	name = strings.TrimPrefix(name, literal)
	for more {
		out.WriteString(literal)
		_, rest, _ = strings.Cut(rest, "}")
		literal, rest, more = strings.Cut(rest, "${")
		word := name
		if literal != "" {
			word, name, _ = strings.Cut(name, literal)
		}
		out.WriteString(cmp.Or(word, probe))
	}
	out.WriteString(literal)
	return out.String()
}

// regions lists the regions in which a path is tried: the usual first one, and
// those that the policies about the plan and the control policies speak of.
func (f *finder) regions(who *actor, p *plan) []string {
	v := who.view
	c := f.kinOf(who, p)
	if c.regions != nil {
		return c.regions
	}
	usual := map[string]string{"aws-cn": "cn-north-1", "aws-us-gov": "us-gov-west-1"}[v.partition]
	c.regions = []string{cmp.Or(usual, "us-east-1")}
	for _, p := range slices.Concat(append([][]entitlement.PolicyID{{c.boundary}, c.policies}, v.inv.Controls...)...) {
		for _, r := range v.regionsOf(p) {
			if !slices.Contains(c.regions, r) && len(c.regions) < maxRegions {
				c.regions = append(c.regions, r)
			}
		}
	}
	return c.regions
}

// regionsOf finds what looks like a region in a policy's text.
func (v *view) regionsOf(p entitlement.PolicyID) []string {
	doc := v.inv.Policies[p].Document
	if !bytes.ContainsAny(doc, "-") {
		return nil
	}
	var out []string
	for _, m := range v.region.FindAll(doc, -1) {
		out = append(out, string(m))
	}
	return out
}

func regionPattern() *regexp.Regexp {
	return regexp.MustCompile(`\b[a-z]{2}(?:-(?:gov|iso[a-z]?))?-(?:central|north|south|east|west|northeast|northwest|southeast|southwest)-\d\b`)
}
