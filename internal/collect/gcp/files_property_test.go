package gcp_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/leastward/leastward/internal/collect/gcp"
	"github.com/leastward/leastward/internal/entitlement"
)

// organizationRecords returns the records of the organization, one by one.
func organizationRecords(tb testing.TB) []any {
	tb.Helper()
	paths, err := filepath.Glob("testdata/organization/*")
	if err != nil {
		tb.Fatal(err)
	}
	var out []any
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			tb.Fatal(err)
		}
		for d := json.NewDecoder(bytes.NewReader(text)); d.More(); {
			var v any
			if err := d.Decode(&v); err != nil {
				tb.Fatal(err)
			}
			out = append(out, flat(v)...)
		}
	}
	return out
}

func flat(v any) []any {
	switch v := v.(type) {
	case []any:
		return v
	case map[string]any:
		for _, key := range []string{"assets", "keys", "groups", "users"} {
			if list, ok := v[key].([]any); ok {
				return list
			}
		}
	}
	return []any{v}
}

// TestOrderAndShapeDoNotMatter deals the records of the organization out to
// files in any order and of any shape: the inventories are the same.
func TestOrderAndShapeDoNotMatter(t *testing.T) {
	t.Parallel()
	all := organizationRecords(t)
	want := read(t, "testdata/organization").Systems
	dir := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		deal := rapid.Permutation(all).Draw(t, "order")
		cut := rapid.IntRange(0, len(deal)).Draw(t, "cut")
		paths := make([]string, 2)
		for i, part := range [][]any{deal[:cut], deal[cut:]} {
			paths[i] = filepath.Join(dir, string(rune('a'+i))+".json")
			doc := shaped(t, part)
			if rapid.Bool().Draw(t, "compressed") {
				doc = zipped(doc)
			}
			if err := os.WriteFile(paths[i], doc, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		e, err := gcp.ReadEntitlements(t.Context(), paths, gcp.FileOptions{Now: now()})
		if err != nil {
			t.Fatal(err)
		}
		order := cmpopts.SortSlices(func(a, b entitlement.RoleGrant) bool { return a.ID+a.Member < b.ID+b.Member })
		keys := cmpopts.SortSlices(func(a, b entitlement.AccessKey) bool { return a.ID < b.ID })
		if diff := cmp.Diff(want, e.Systems, order, keys); diff != "" {
			t.Fatalf("(-want +got):\n%s", diff)
		}
	})
}

// shaped writes records in one of the shapes in which they come.
func shaped(t *rapid.T, list []any) []byte {
	var b bytes.Buffer
	switch shape := rapid.SampledFrom([]string{"lines", "array", "pages", "indented"}).Draw(t, "shape"); shape {
	case "array", "indented":
		e := json.NewEncoder(&b)
		if shape == "indented" {
			e.SetIndent("", "  ")
		}
		_ = e.Encode(append([]any{}, list...)) // It came from JSON.
	case "pages":
		for _, v := range list {
			_ = json.NewEncoder(&b).Encode(map[string]any{"results": []any{v}})
		}
	default:
		for _, v := range list {
			_ = json.NewEncoder(&b).Encode(v)
		}
		if len(list) == 0 {
			b.WriteString("{}")
		}
	}
	if b.Len() == 0 {
		b.WriteString("[]")
	}
	return b.Bytes()
}

func zipped(doc []byte) []byte {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, _ = z.Write(doc) // Into memory.
	_ = z.Close()
	return b.Bytes()
}

// FuzzReadEntitlements reads anything: it ends, and the counts add up.
func FuzzReadEntitlements(f *testing.F) {
	paths, _ := filepath.Glob("testdata/organization/*")
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(text))
	}
	for _, seed := range []string{
		project, `[{"id":"p","type":"project"},{"id":"1","type":"folder"},{"id":"1","type":"folder","policy":{"bindings":[]}}]`,
		`{"name":"//a/b","assetType":"x/y","ancestors":["projects/1"],"iamPolicy":[]}`, `{"group":"g@x.y","members":[{"email":"a@x.y"}]}`, "[[[{", "\x1f\x8b",
		`{"resource":"gs://b/o","policy":{"bindings":[{"role":"r","members":["user:a"]}]},"project":"projects/1","folders":["folders/1"],"organization":"organizations/1"}`,
		`[{"name":"folders/1","displayName":"","parent":"folders/2"},{"name":"folders/2","displayName":"","parent":"folders/1"},{"projectId":"p","state":"ACTIVE","parent":"folders/1"}]`,
	} {
		f.Add(seed)
	}
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, doc string) {
		path := filepath.Join(dir, strings.ReplaceAll(t.Name(), "/", "_")+".json")
		if err := os.WriteFile(path, []byte(doc), 0o600); err != nil {
			t.Fatal(err)
		}
		for _, inv := range read(t, path, path).Systems {
			if inv.System.ID == "" || inv.System.Cloud != entitlement.GCP {
				t.Errorf("a system without an id: %+v", inv.System)
			}
			for _, id := range inv.Identities {
				if id.ID == "" || id.Kind == "" || id.System != inv.System.ID {
					t.Errorf("an identity without an id, a kind or its system: %+v", id)
				}
			}
		}
	})
}
