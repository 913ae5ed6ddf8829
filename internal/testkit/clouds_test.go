package testkit_test

import (
	"errors"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/leastward/leastward/internal/testkit"
)

const module = "github.com/leastward/leastward/"

// imports returns what the packages of the module import of one another, tests
// left out, by the packages' folders.
func imports(t *testing.T) map[string][]string {
	t.Helper()
	graph := map[string][]string{}
	for _, top := range []string{"internal", "exporter", "remediator"} {
		err := filepath.WalkDir(filepath.Join(testkit.Root(), top), func(path string, d fs.DirEntry, err error) error {
			if errors.Is(err, fs.ErrNotExist) {
				return nil
			}
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			folder, err := filepath.Rel(testkit.Root(), filepath.Dir(path))
			if err != nil {
				return err
			}
			found, err := importsOf(path)
			graph[filepath.ToSlash(folder)] = append(graph[filepath.ToSlash(folder)], found...)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return graph
}

func importsOf(path string) ([]string, error) {
	src, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	file, err := parser.ParseFile(token.NewFileSet(), path, src, parser.ImportsOnly)
	if err != nil {
		return nil, err
	}
	var list []string
	for _, spec := range file.Imports {
		name, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			return nil, err
		}
		if folder, ours := strings.CutPrefix(name, module); ours {
			list = append(list, folder)
		}
	}
	return list, nil
}

// cloudOf tells whose package a folder is: "" is what the clouds share.
func cloudOf(folder string) string {
	for _, parent := range []string{"internal/collect/", "internal/policy/", "internal/assess/", "remediator/internal/act/"} {
		if rest, ok := strings.CutPrefix(folder, parent); ok {
			if cloud, _, _ := strings.Cut(rest, "/"); slices.Contains([]string{"aws", "azure", "gcp"}, cloud) {
				return cloud
			}
		}
	}
	return ""
}

// foreign returns by which imports a package reaches one of another cloud, nil
// where it reaches none.
func foreign(graph map[string][]string, from string) []string {
	type visit struct {
		folder string
		way    []string
	}
	seen, queue := map[string]bool{from: true}, []visit{{from, []string{from}}}
	for len(queue) > 0 {
		at := queue[0]
		queue = queue[1:]
		for _, next := range graph[at.folder] {
			way := append(slices.Clone(at.way), next)
			if cloud := cloudOf(next); cloud != "" && cloud != cloudOf(from) {
				return way
			}
			if !seen[next] {
				seen[next] = true
				queue = append(queue, visit{next, way})
			}
		}
	}
	return nil
}

// TestNoCloudKnowsAnother holds what depguard does for direct imports for those
// through other packages, too.
func TestNoCloudKnowsAnother(t *testing.T) {
	t.Parallel()
	graph := imports(t)
	clouds := map[string]int{}
	for folder := range graph {
		if cloud := cloudOf(folder); cloud != "" {
			clouds[cloud]++
			if way := foreign(graph, folder); way != nil {
				t.Errorf("%s knows another cloud: %s", folder, strings.Join(way, " -> "))
			}
		}
	}
	for _, cloud := range []string{"aws", "azure", "gcp"} {
		if clouds[cloud] < 2 {
			t.Errorf("%d packages of %s found; did they move?", clouds[cloud], cloud)
		}
	}
	for _, shared := range []string{"internal/collect/records", "internal/policy/decision", "internal/usage", "internal/auditlog", "internal/anomaly", "internal/entitlement", "internal/catalog"} {
		if _, ok := graph[shared]; !ok {
			t.Errorf("%s is not there; did it move?", shared)
		} else if way := foreign(graph, shared); way != nil {
			t.Errorf("what the clouds share knows one of them: %s", strings.Join(way, " -> "))
		}
	}
}

// TestForeignIsFound shows that a planted import is.
func TestForeignIsFound(t *testing.T) {
	t.Parallel()
	graph := map[string][]string{
		"internal/collect/azure": {"internal/usage"}, "internal/usage": {"internal/collect/aws"}, "internal/policy/gcp": {"internal/policy/gcp/escalation"},
	}
	if way := strings.Join(foreign(graph, "internal/collect/azure"), " "); way != "internal/collect/azure internal/usage internal/collect/aws" {
		t.Errorf("found %q", way)
	}
	if way := foreign(graph, "internal/policy/gcp"); way != nil {
		t.Errorf("its own package is foreign: %v", way)
	}
}
