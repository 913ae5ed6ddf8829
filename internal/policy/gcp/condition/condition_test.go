package condition_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/leastward/leastward/internal/policy/gcp/condition"
)

// env knows attributes by name; nil is one that the request does not have.
type env map[string]any

func (e env) Attribute(name string) (any, bool) {
	v, ok := e[name]
	return v, ok
}

func known() env {
	return env{
		"resource.name":                              "projects/_/buckets/b/objects/logs/2026/11",
		"resource.type":                              "storage.googleapis.com/Object",
		"resource.service":                           "storage.googleapis.com",
		"request.time":                               time.Date(2026, 11, 28, 20, 30, 15, 0, time.UTC), // A Saturday.
		"destination.port":                           int64(22),
		"destination.ip":                             "10.0.0.1",
		"request.auth.access_levels":                 []any{"accessPolicies/1/accessLevels/corp"},
		condition.TagKey + "333/env":                 "prod",
		condition.TagKeyID + "tagKeys/1":             "tagValues/2",
		condition.TagKey + "333/none":                nil,
		"iam.googleapis.com/modifiedGrantsByRole":    []any{"roles/viewer"},
		"compute.googleapis.com/loadBalancingScheme": nil,
		"absent": nil,
	}
}

// The expressions of
// https://cloud.google.com/iam/docs/conditions-attribute-reference and
// https://cloud.google.com/iam/docs/conditions-overview, and what CEL says.
func TestEval(t *testing.T) {
	t.Parallel()
	for expression, want := range map[string]string{
		`true`:           "yes",
		`!true`:          "no",
		`!!true`:         "yes",
		`1 + 2 * 3 == 7`: "yes",
		`(1 + 2) * 3 == 9 && -2 < 1 && 7 % 4 == 3 && 7 / 2 == 3`: "yes",
		`0x10 == 16 && 1.5 > 1`:                                  "yes",
		`1 / 0 == 1`:                                             "failed",
		`"a" == 1`:                                               "failed",
		`"a" == 1 || true`:                                       "yes",
		`true || "a" == 1`:                                       "yes",
		`"a" == 1 && false`:                                      "no",
		`"a" + 'b' == "ab" && "b" > "a"`:                         "yes",
		`"\x41\u0042\103\n" == "ABC\n" && r"\d" == "\\d"`:        "yes",
		"\"\"\"a\nb\"\"\" == \"a\\nb\"":                          "yes",
		`"x" in ["x", "y"] && !("z" in ["x"])`:                   "yes",
		`[1, 2][1] == 2 && size([1]) == 1 && "äb".size() == 2`:   "yes",
		`[1][3] == 1`:                                            "failed",
		`true ? resource.name.startsWith("projects/") : false`:   "yes",
		"true // a comment":                                      "yes",

		`resource.name.startsWith("projects/_/buckets/b/objects/logs/")`:                                   "yes",
		`resource.name.endsWith("11") && resource.name.contains("/2026/")`:                                 "yes",
		`resource.name.matches("^projects/_/buckets/[a-z]+/")`:                                             "yes",
		`resource.name.matches("(")`:                                                                       "failed",
		`resource.name.extract("/buckets/{bucket}/") == "b"`:                                               "yes",
		`resource.name.extract("/objects/{rest}") == "logs/2026/11"`:                                       "yes",
		`resource.name.extract("{start}/buckets/") == "projects/_"`:                                        "yes",
		`resource.name.extract("/folders/{x}/") == ""`:                                                     "yes",
		`resource.type == "storage.googleapis.com/Object" && resource.service != "compute.googleapis.com"`: "yes",
		`(resource.type != "storage.googleapis.com/Bucket") || false`:                                      "yes",
		`resource.name.lowerAscii().upperAscii().startsWith("PROJECTS")`:                                   "yes",

		`request.time < timestamp("2027-01-01T00:00:00Z")`:                                                                                           "yes",
		`request.time > timestamp("2027-01-01T00:00:00.000Z")`:                                                                                       "no",
		`request.time < timestamp("2026-11-28T20:00:00Z") + duration("3600s")`:                                                                       "yes",
		`request.time < timestamp("2026-11-28T20:00:00Z") + duration("1.5s")`:                                                                        "no",
		`request.time - timestamp("2026-11-28T20:30:00Z") == duration("15s")`:                                                                        "yes",
		`request.time < date("2026-12-01")`:                                                                                                          "yes",
		`timestamp("no time") < request.time`:                                                                                                        "failed",
		`request.time.getFullYear() == 2026 && request.time.getMonth() == 10`:                                                                        "yes",
		`request.time.getDate() == 28 && request.time.getDayOfMonth() == 27`:                                                                         "yes",
		`request.time.getDayOfWeek() == 6 && request.time.getDayOfYear() == 331`:                                                                     "yes",
		`request.time.getHours() == 20 && request.time.getMinutes() == 30 && request.time.getSeconds() == 15 && request.time.getMilliseconds() == 0`: "yes",
		`request.time.getHours("Europe/Berlin") == 21`:                                                                                               "yes",
		`request.time.getHours("-08:00") == 12 && request.time.getHours("02:00") == 22`:                                                              "yes",
		`request.time.getHours("Nowhere/Land") == 1`:                                                                                                 "unknown request.time",
		`duration("90m").getHours() == 1 && duration("90m").getMinutes() == 90`:                                                                      "yes",

		`destination.port == 22 && destination.ip == "10.0.0.1"`:                                                    "yes",
		`"accessPolicies/1/accessLevels/corp" in request.auth.access_levels`:                                        "yes",
		`api.getAttribute("iam.googleapis.com/modifiedGrantsByRole", []).hasOnly(["roles/viewer", "roles/editor"])`: "yes",
		`api.getAttribute("iam.googleapis.com/modifiedGrantsByRole", []).hasOnly(["roles/editor"])`:                 "no",
		`api.getAttribute("compute.googleapis.com/loadBalancingScheme", "") == ""`:                                  "yes",
		`api.getAttribute("other.googleapis.com/x", "") == "y"`:                                                     "unknown other.googleapis.com/x",
		`resource.matchTag("333/env", "prod") && !resource.matchTag("333/env", "dev")`:                              "yes",
		`resource.matchTagId("tagKeys/1", "tagValues/2") && resource.hasTagKeyId("tagKeys/1")`:                      "yes",
		`resource.hasTagKey("333/env") && !resource.hasTagKey("333/none")`:                                          "yes",
		`resource.hasTagKey("333/what")`:                                                                            "unknown resource.tag:333/what",

		`absent == "x"`:                 "failed",
		`has(absent.x) || has(absent)`:  "unknown absent.x",
		`has(resource.name)`:            "yes",
		`other == "x"`:                  "unknown other",
		`other == "x" && false`:         "no",
		`true || other == "x"`:          "yes",
		`other == "x" && more.y == "z"`: "unknown more.y other",
		`other == "x" || 1 / 0 == 1`:    "unknown other",
		`!(other.startsWith("x"))`:      "unknown other",
		`other == "x" ? true : true`:    "yes",
		`other == "x" ? true : more`:    "unknown more other",
		`other.frobnicate("x")`:         "unknown frobnicate() other",
		`[other] == ["x"]`:              "unknown other",
	} {
		e, err := condition.Parse(expression)
		if err != nil {
			t.Errorf("%s: %v", expression, err)
			continue
		}
		truth, keys := e.Eval(known())
		if got := strings.Join(append([]string{truth.String()}, keys...), " "); got != want {
			t.Errorf("%s: got %q, want %q", expression, got, want)
		}
	}
}

// Of a text of which the beginning is known, some questions are decided.
func TestPrefix(t *testing.T) {
	t.Parallel()
	some := env{"name": condition.Prefix{Known: "buckets/b/objects/", Name: "name"}}
	for expression, want := range map[string]condition.Truth{
		`name.startsWith("buckets/b")`:               condition.Yes,
		`name.startsWith("buckets/b/objects/x")`:     condition.Unknown,
		`name.startsWith("buckets/c")`:               condition.No,
		`name == "buckets/b/objects/x"`:              condition.Unknown,
		`name != "buckets/b/objects/x"`:              condition.Unknown,
		`name == "buckets/c"`:                        condition.No,
		`"buckets/c" != name`:                        condition.Yes,
		`name in ["buckets/c"]`:                      condition.No,
		`name in ["buckets/b/objects/1", "x"]`:       condition.Unknown,
		`name.contains("/objects/")`:                 condition.Yes,
		`name.contains("x")`:                         condition.Unknown,
		`name.endsWith("x")`:                         condition.Unknown,
		`name.extract("buckets/{b}/objects") == "b"`: condition.Yes,
		`name.extract("objects/{o}") == "b"`:         condition.Unknown,
		`name.extract("x/{o}/y") == "b"`:             condition.Unknown,
		`name.size() > 1 || name + "x" == "y"`:       condition.Unknown,
		`name == other`:                              condition.Unknown,
		`name > "a"`:                                 condition.Unknown,
	} {
		e, err := condition.Parse(expression)
		if err != nil {
			t.Fatal(err)
		}
		if got, _ := e.Eval(some); got != want {
			t.Errorf("%s: got %s, want %s", expression, got, want)
		}
	}
}

// About a moment only its place among others is known.
func TestAbout(t *testing.T) {
	t.Parallel()
	about := env{"request.time": condition.About{Time: time.Date(2026, 11, 28, 0, 0, 0, 0, time.UTC)}}
	for expression, want := range map[string]condition.Truth{
		`request.time < timestamp("2027-01-01T00:00:00Z")`:                   condition.Yes,
		`request.time + duration("24h") > timestamp("2026-11-28T12:00:00Z")`: condition.Yes,
		`request.time.getHours() > 0`:                                        condition.Unknown,
		`(request.time + duration("1h")).getHours() > 0`:                     condition.Unknown,
	} {
		e, err := condition.Parse(expression)
		if err != nil {
			t.Fatal(err)
		}
		if got, _ := e.Eval(about); got != want {
			t.Errorf("%s: got %s, want %s", expression, got, want)
		}
	}
}

func TestParseErrors(t *testing.T) {
	t.Parallel()
	for expression, want := range map[string]string{
		``:                 "position 1",
		`resource.name ==`: "position 17",
		`a b`:              "position 3",
		`"open`:            "position 1: the string is not closed",
		`'\q'`:             "position 2",
		`a && `:            "position 6",
		`(a`:               `")" is expected`,
		`a[1`:              `"]" is expected`,
		`f(a b)`:           `"," is expected`,
		`a.`:               "a name is expected",
		`1x2`:              "is no number",
		`a @ b`:            `'@' means nothing here`,
		`a ? b`:            `":" is expected`,
		`in`:               "a value is expected",
		`"a".b`:            "selected from what is no attribute",
		"'\xff' == a":      "not UTF-8",
		strings.Repeat("(", 500) + "a" + strings.Repeat(")", 500): "nested",
		strings.Repeat("!", 500) + "a":                            "nested",
		strings.Repeat("a", 70000):                                "bytes",
	} {
		_, err := condition.Parse(expression)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.30q: got %v, want an error with %q", expression, err, want)
		}
	}
}

func TestUnsupported(t *testing.T) {
	t.Parallel()
	e, err := condition.Parse(`request.auth.x.exists(l, l == "y") || foo() || foo() || a.startsWith("x")`)
	if err != nil {
		t.Fatal(err)
	}
	if got := e.Unsupported(); !slices.Equal(got, []string{"exists", "foo"}) {
		t.Errorf("unsupported are %q", got)
	}
}

// Whatever is written, reading and evaluating end, and knowing more never turns
// a definite answer round.
func FuzzParse(f *testing.F) {
	for _, s := range []string{
		`resource.name.startsWith("projects/_/buckets/b") && request.time < timestamp("2027-01-01T00:00:00Z")`,
		`api.getAttribute('iam.googleapis.com/modifiedGrantsByRole', []).hasOnly(['roles/viewer'])`,
		`!(a in [1, 2.5, "x"]) ? -b : c[0] || d`, `"\x41" == r'\d'`, `request.time.getHours("Europe/Berlin") >= 9`,
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		e, err := condition.Parse(s)
		if err != nil {
			return
		}
		before, keys := e.Eval(env{})
		if before == condition.Unknown && len(keys) == 0 && len(e.Unsupported()) == 0 {
			t.Errorf("%q is unknown, and nothing would decide", s)
		}
		after, _ := e.Eval(known())
		if before != condition.Unknown && after != before {
			t.Errorf("%q was %s and is %s once more is known", s, before, after)
		}
	})
}

func BenchmarkEval(b *testing.B) {
	e, err := condition.Parse(`resource.name.startsWith("projects/_/buckets/b/objects/logs/") && request.time < timestamp("2027-01-01T00:00:00Z")`)
	if err != nil {
		b.Fatal(err)
	}
	k := known()
	b.ReportAllocs()
	for b.Loop() {
		if got, _ := e.Eval(k); got != condition.Yes {
			b.Fatal(got)
		}
	}
}
