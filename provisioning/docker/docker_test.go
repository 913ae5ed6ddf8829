// Package docker_test holds the Dockerfile against the files that it copies and
// the compose file that names its targets. No engine runs it here.
package docker_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/leastward/leastward/internal/demo"
	"github.com/leastward/leastward/internal/testkit"
)

// stage is one stage of the Dockerfile.
type stage struct {
	name, from string
	lines      []instruction
}

type instruction struct{ verb, rest string }

// stages reads the Dockerfile, with the arguments before the first stage filled
// in.
func stages(t *testing.T) []*stage {
	t.Helper()
	text, err := os.ReadFile("Dockerfile")
	if err != nil {
		t.Fatal(err)
	}
	joined := regexp.MustCompile(`\\\n\s*`).ReplaceAllString(string(text), "")
	var out []*stage
	args := map[string]string{}
	for line := range strings.Lines(joined) {
		verb, rest, ok := strings.Cut(strings.TrimSpace(line), " ")
		switch {
		case !ok || strings.HasPrefix(verb, "#"):
		case verb == "ARG" && len(out) == 0:
			name, value, _ := strings.Cut(rest, "=")
			args[name] = value
		case verb == "FROM":
			from, name, _ := strings.Cut(os.Expand(rest, func(k string) string { return args[k] }), " AS ")
			out = append(out, &stage{name: name, from: from})
		default:
			last := out[len(out)-1]
			last.lines = append(last.lines, instruction{verb, rest})
		}
	}
	return out
}

// root returns the stage that a stage comes from in the end, and its lines with
// those of all stages between.
func root(all []*stage, s *stage) (from string, lines []instruction) {
	lines = s.lines
	for i := slices.IndexFunc(all, func(o *stage) bool { return o.name == s.from }); i >= 0; {
		s = all[i]
		lines = slices.Concat(s.lines, lines)
		i = slices.IndexFunc(all, func(o *stage) bool { return o.name == s.from })
	}
	return s.from, lines
}

func find(t *testing.T, all []*stage, name string) *stage {
	t.Helper()
	i := slices.IndexFunc(all, func(s *stage) bool { return s.name == name })
	if i < 0 {
		t.Fatalf("the Dockerfile has no stage %s", name)
	}
	return all[i]
}

// Every image comes from a pinned one, and runs as nobody special.
func TestImages(t *testing.T) {
	t.Parallel()
	all := stages(t)
	for _, tc := range []struct{ target, from, user, entry string }{
		{"exporter", "scratch", "65532:65532", `["/exporter"]`},
		{"remediator", "scratch", "65532:65532", `["/remediator"]`},
		{"grafana", demo.GrafanaImage, "472", ""}, // That image's own entry.
	} {
		from, lines := root(all, find(t, all, tc.target))
		last := map[string]string{}
		for _, l := range lines {
			last[l.verb] = l.rest
		}
		if from != tc.from || last["USER"] != tc.user || last["ENTRYPOINT"] != tc.entry {
			t.Errorf("%s comes from %s, runs as %q, starts %s", tc.target, from, last["USER"], last["ENTRYPOINT"])
		}
	}
	pinned := regexp.MustCompile(`^scratch$|:\d+\.\d+\.\d+(-[a-z-]+)?$|@sha256:[0-9a-f]{64}$`)
	for _, s := range all {
		if from, _ := root(all, s); !pinned.MatchString(from) {
			t.Errorf("stage %s comes from %s, which is not pinned", s.name, from)
		}
	}
}

// The Go of the images is at least the one that go.mod asks for.
func TestGoIsNewEnough(t *testing.T) {
	t.Parallel()
	from, _ := root(stages(t), find(t, stages(t), "programs"))
	mod, err := os.ReadFile(filepath.Join(testkit.Root(), "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	wants := regexp.MustCompile(`(?m)^go (\d+\.\d+)\.(\d+)$`).FindStringSubmatch(string(mod))
	has := regexp.MustCompile(`^golang:(\d+\.\d+)\.(\d+)-`).FindStringSubmatch(from)
	if wants == nil || has == nil || wants[1] != has[1] || len(has[2]) < len(wants[2]) || len(has[2]) == len(wants[2]) && has[2] < wants[2] {
		t.Errorf("go.mod wants %v, the images have %v", wants, has)
	}
}

// What is copied from the build's context is there and not left out of it, and
// what is copied from a stage comes from one that there is.
func TestCopies(t *testing.T) {
	t.Parallel()
	all := stages(t)
	ignored, err := os.ReadFile(filepath.Join(testkit.Root(), ".dockerignore"))
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range all {
		for _, l := range s.lines {
			if l.verb != "COPY" {
				continue
			}
			words := strings.Fields(l.rest)
			if from := regexp.MustCompile(`--from=(\S+)`).FindStringSubmatch(l.rest); from != nil {
				find(t, all, from[1])
				continue
			}
			for _, source := range words[:len(words)-1] {
				if _, err := os.Stat(filepath.Join(testkit.Root(), source)); err != nil || slices.Contains(strings.Split(string(ignored), "\n"), source) {
					t.Errorf("%s copies %s: %v", s.name, source, err)
				}
			}
		}
	}
	for _, never := range []string{".git", "**/secrets", "**/.env", "**/node_modules"} {
		if !slices.Contains(strings.Split(string(ignored), "\n"), never) {
			t.Errorf(".dockerignore lets %s into images", never)
		}
	}
}
