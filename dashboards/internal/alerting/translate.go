package alerting

import (
	"fmt"
	"maps"
	"regexp"
	"strings"
	"unicode"

	"github.com/leastward/leastward/internal/alert"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/finding"
)

// translated makes a rule of Grafana from one of Prometheus.
func translated(from *original) (Rule, error) {
	r := rule(from.Alert, from.For, from.Labels, from.Annotations)
	categories, err := about(from.Expr)
	switch {
	case err != nil:
		return Rule{}, err
	case categories != nil:
		r.findings(categories, strings.Contains(from.Annotations[alert.AnnotationDescription], "$value"))
	default:
		r.series(from.Expr)
	}
	return r, nil
}

func rule(name, wait string, labels, annotations map[string]string) Rule {
	r := Rule{
		UID: identifier(name), Title: name, NoDataState: "OK", ExecErrState: "Error", For: wait,
		Labels: maps.Clone(labels), Annotations: map[string]string{},
	}
	for name, text := range annotations {
		r.Annotations[name] = valued(text)
	}
	return r
}

// identifier returns the uid of a rule: CiemInactiveUser is ciem-inactive-user.
func identifier(name string) string {
	var b strings.Builder
	for i, c := range name {
		previous := i > 0 && unicode.IsLower(rune(name[i-1]))
		following := i+1 < len(name) && i > 0 && unicode.IsLower(rune(name[i+1]))
		if unicode.IsUpper(c) && (previous || following) {
			b.WriteByte('-')
		}
		b.WriteRune(unicode.ToLower(c))
	}
	return b.String()
}

// valued names the value as Grafana's templates do: there, $value is a text about
// all values of the rule.
func valued(text string) string { return strings.ReplaceAll(text, "$value", "$values.A.Value") }

// single is the whole expression of a rule about single findings.
const single = `^max by \(cloud, system, category, finding, identity, identity_type, owner, resource\) \(ciem_finding\{category=~?"([^"]+)"\}\)$`

// about returns the categories whose findings an expression is about; none
// where it is about more than that.
func about(expr string) ([]entitlement.Category, error) {
	m := regexp.MustCompile(single).FindStringSubmatch(strings.TrimSpace(expr))
	if m == nil {
		return nil, nil
	}
	pattern, err := regexp.Compile("^(?:" + m[1] + ")$")
	if err != nil {
		return nil, err
	}
	var out []entitlement.Category
	for _, c := range finding.Categories() {
		if pattern.MatchString(string(c)) {
			out = append(out, c)
		}
	}
	if out == nil {
		return nil, fmt.Errorf("no category of finding is of %q", m[1])
	}
	return out, nil
}
