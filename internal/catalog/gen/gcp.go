package main

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// gcpRole is a role as iam.roles.get writes it.
type gcpRole struct {
	ID          string   `json:"name"`
	Title       string   `json:"title"`
	Stage       string   `json:"stage"`
	Permissions []string `json:"includedPermissions"`
}

// gcpMap is the map of methods, by service and by id in its discovery document,
// to permissions.
type gcpMap struct {
	API map[string]struct {
		Methods map[string]struct {
			Permissions []gcpNeed `json:"permissions"`
		} `json:"methods"`
	} `json:"api"`
}

type gcpNeed struct {
	Name          string          `json:"name"`
	Condition     json.RawMessage `json:"condition"`
	LowConfidence bool            `json:"lowConfidence"`
	Undocumented  bool            `json:"undocumented"`
}

func readGCP(o options) (*cloudSource, error) {
	dir := filepath.Join(o.iann0036, "gcp")
	roles, err := readGCPRoles(filepath.Join(dir, "roles.ndjson"))
	if err != nil {
		return nil, err
	}
	var m gcpMap
	if err := readJSON(filepath.Join(dir, "map.json"), &m); err != nil {
		return nil, err
	}
	names := gcpNames(roles, m)
	entries := sorted(names)
	table, err := gcpRoleTable(roles, entries)
	return &cloudSource{entries: entries, roles: table, calls: gcpMethods(m, names)}, err
}

func readGCPRoles(path string) ([]gcpRole, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read the roles: %w", err)
	}
	var roles []gcpRole
	lines := bufio.NewScanner(bytes.NewReader(raw))
	lines.Buffer(nil, len(raw)+1)
	for lines.Scan() {
		var r gcpRole
		if err := json.Unmarshal(lines.Bytes(), &r); err != nil {
			return nil, fmt.Errorf("decode role %d of %s: %w", len(roles)+1, path, err)
		}
		roles = append(roles, r)
	}
	slices.SortFunc(roles, func(a, b gcpRole) int { return cmp.Compare(a.ID, b.ID) })
	return roles, lines.Err()
}

// gcpNames returns the permissions of the roles, then those that only the map
// names. The few that differ in case alone are one; the spelling that sorts first
// stands for both.
func gcpNames(roles []gcpRole, m gcpMap) map[string]entry {
	names := map[string]entry{}
	for _, r := range roles {
		for _, p := range r.Permissions {
			if old, ok := names[strings.ToLower(p)]; !ok || p < old.name {
				names[strings.ToLower(p)] = entry{name: p}
			}
		}
	}
	for _, service := range m.API {
		for _, method := range service.Methods {
			for _, p := range method.Permissions {
				if _, ok := names[strings.ToLower(p.Name)]; !ok && isPermission(p.Name) {
					names[strings.ToLower(p.Name)] = entry{name: p.Name}
				}
			}
		}
	}
	return names
}

// isPermission tells a permission from what else the map writes, such as "No
// permissions required." and "alloydb.googleapis.com/alloydb.clusters.export".
func isPermission(s string) bool {
	return strings.Count(s, ".") == 2 && !strings.ContainsAny(s, " /\t") && !strings.HasSuffix(s, ".") && s != "iam.permissions.none"
}

// gcpRoleTable writes the roles with their permissions as ranges of indices; see
// package catalog.
func gcpRoleTable(roles []gcpRole, entries []entry) (string, error) {
	index := make(map[string]int, len(entries))
	for i, e := range entries {
		index[strings.ToLower(e.name)] = i
	}
	var b strings.Builder
	for _, r := range roles {
		if strings.ContainsAny(r.ID+r.Title+r.Stage, "\t\n") {
			return "", fmt.Errorf("role %q has a tab or a line break", r.ID)
		}
		var at []int
		for _, p := range r.Permissions {
			at = append(at, index[strings.ToLower(p)])
		}
		slices.Sort(at)
		fmt.Fprintf(&b, "R\t%s\t%s\t%s\t%s\n", r.ID, r.Title, r.Stage, ranges(slices.Compact(at)))
	}
	return b.String(), nil
}

func ranges(at []int) string {
	var b strings.Builder
	end := 0
	for i := 0; i < len(at); {
		n := 1
		for i+n < len(at) && at[i+n] == at[i]+n {
			n++
		}
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(strconv.FormatInt(int64(at[i]-end), 36))
		if n > 1 {
			b.WriteString("+" + strconv.FormatInt(int64(n-1), 36))
		}
		end, i = at[i]+n, i+n
	}
	return b.String()
}
