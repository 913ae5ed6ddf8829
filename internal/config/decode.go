package config

import (
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"

	"go.yaml.in/yaml/v3"
)

// DecodeStrict reads one YAML document from r into v. Set v to the defaults
// first: fields that the document does not name keep their values, and an
// empty document changes nothing. A field that v does not have, a field that
// stands twice, a second document and a value of the wrong type are errors
// that name the line.
func DecodeStrict(r io.Reader, v any) error {
	d := yaml.NewDecoder(r)
	d.KnownFields(true)
	if err := d.Decode(v); errors.Is(err, io.EOF) {
		return nil
	} else if err != nil {
		return sentence(err)
	}
	if err := d.Decode(new(yaml.Node)); !errors.Is(err, io.EOF) {
		return errors.New("more than one YAML document; remove everything from the second --- on")
	}
	return nil
}

// sentence turns the library's report into one that speaks of the file and not
// of Go types.
func sentence(err error) error {
	var typed *yaml.TypeError
	if !errors.As(err, &typed) {
		return errors.New(strings.TrimPrefix(err.Error(), "yaml: "))
	}
	lines := make([]error, len(typed.Errors))
	for i, text := range typed.Errors {
		lines[i] = errors.New(plainly(text))
	}
	return errors.Join(lines...)
}

func plainly(text string) string {
	unknown := regexp.MustCompile(`^(line \d+): field (\S+) not found in type \S+$`)
	if m := unknown.FindStringSubmatch(text); m != nil {
		return fmt.Sprintf("%s: there is no field %q; check its spelling and indentation", m[1], m[2])
	}
	twice := regexp.MustCompile(`^(line \d+): (?:field|mapping key) "?([^"\s]+)"? already (?:set in type \S+|defined at (line \d+))$`)
	if m := twice.FindStringSubmatch(text); m != nil {
		return fmt.Sprintf("%s: %q stands twice", m[1], m[2])
	}
	wrong := regexp.MustCompile("^(line \\d+): cannot unmarshal !!(\\S+)(?: `(.*)`)? into (\\S+)$")
	if m := wrong.FindStringSubmatch(text); m != nil {
		return fmt.Sprintf("%s: %s does not fit here, which wants %s", m[1], value(m[2], m[3]), kind(m[4]))
	}
	return text
}

func value(tag, text string) string {
	switch tag {
	case "seq":
		return "a list"
	case "map":
		return "a mapping"
	}
	return fmt.Sprintf("%q", text)
}

// kind names a Go type as the file's author knows it.
func kind(typ string) string {
	switch {
	case strings.HasPrefix(typ, "[]"):
		return "a list"
	case strings.HasPrefix(typ, "map["):
		return "a mapping"
	case typ == "bool":
		return "true or false"
	case strings.HasPrefix(typ, "int"), strings.HasPrefix(typ, "uint"):
		return "a whole number"
	case strings.HasPrefix(typ, "float"):
		return "a number"
	case typ == "string", strings.HasSuffix(typ, ".Secret"):
		return "a text"
	}
	return "a mapping"
}
