package gcp_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/leastward/leastward/internal/collect/gcp"
	"github.com/leastward/leastward/internal/entitlement"
)

func now() time.Time { return time.Date(2025, 1, 2, 3, 4, 5, 0, time.UTC) }

// written puts documents into files of a directory and reads it.
func written(tb testing.TB, docs ...string) *gcp.Estate {
	tb.Helper()
	dir := tb.TempDir()
	for i, doc := range docs {
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("%02d.json", i)), []byte(doc), 0o600); err != nil {
			tb.Fatal(err)
		}
	}
	return read(tb, dir)
}

func read(tb testing.TB, paths ...string) *gcp.Estate {
	tb.Helper()
	e, err := gcp.ReadEntitlements(tb.Context(), paths, gcp.FileOptions{Now: now()})
	if err != nil {
		tb.Fatal(err)
	}
	total := e.Stats.Taken
	for _, n := range e.Stats.Rejected {
		total += n
	}
	if total != e.Stats.In {
		tb.Errorf("%d records, but %d taken and %v rejected", e.Stats.In, e.Stats.Taken, e.Stats.Rejected)
	}
	return e
}

// grants writes the grants of a project as "role member scope".
func grants(inv *entitlement.Inventory) []string {
	var out []string
	for _, g := range inv.Grants {
		out = append(out, fmt.Sprintf("%s %s %s", g.Role, g.Member, strings.TrimPrefix(string(g.Scope), "//")))
	}
	return out
}

// identities writes the identities of a project with what is known of them.
func identities(inv *entitlement.Inventory) []string {
	var out []string
	for _, id := range inv.Identities {
		s := fmt.Sprintf("%s %s", id.Kind, id.ID)
		if id.Name != string(id.ID) {
			s += fmt.Sprintf(" %q", id.Name)
		}
		for _, f := range []struct {
			is   bool
			name string
		}{
			{id.Default, "default"},
			{id.ServiceManaged, "managed"},
			{id.Guest, "guest"},
			{id.Disabled, "disabled"},
			{id.MFA == entitlement.Yes, "mfa"},
			{id.MFA == entitlement.No, "no-mfa"},
			{id.RunsAs != "", "as " + string(id.RunsAs)},
			{len(id.Groups) > 0, fmt.Sprintf("in %v", id.Groups)},
			{len(id.Keys) > 0, fmt.Sprintf("%d keys", len(id.Keys))},
			{id.UniqueID != "", "#" + id.UniqueID},
		} {
			if f.is {
				s += ", " + f.name
			}
		}
		out = append(out, s)
	}
	return out
}

func problems(list []entitlement.Problem) []string {
	var out []string
	for _, p := range list {
		file, _, _ := strings.Cut(p.Subject, ":")
		out = append(out, fmt.Sprintf("%s | %s | %s", p.Code, p.Subject[strings.LastIndexByte(file, '/')+1:], p.Message))
	}
	slices.Sort(out)
	return out
}
