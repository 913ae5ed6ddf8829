package entitle_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/leastward/leastward/exporter/internal/tables"
	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/internal/catalog"
)

func TestPolicies(t *testing.T) {
	t.Parallel()
	limit := strconv.Itoa(count("s3:*") + count("ssm:*") + count("sts:*"))
	columns := []string{"policy", "kind", "assigned", "used", "control", "identities", "attached", "boundaries", "granted", "used_actions"}
	check(t, "policies", api.TableQuestion{Columns: columns, Sort: by("policy")}, [][]string{
		{"assume", "custom", "yes", "no", "no", "1", "1", "0", "1", "0"},
		{"buckets", "custom", "yes", "yes", "no", "2", "1", "0", "2", "1"},
		{"future", "custom", "yes", "no", "no", "1", "1", "0", "1", "0"},
		{"limit", "custom", "yes", "no", "no", "0", "0", "1", limit, "0"},
		{"own", "inline", "yes", "no", "no", "1", "1", "0", "1", "0"},
		{"scp", "managed", "yes", "no", "yes", "0", "0", "0", strconv.Itoa(catalog.AWS().Len()), "0"},
		{"secrets", "custom", "yes", "no", "no", "1", "1", "0", "1", "0"},
		{"spare", "custom", "no", "no", "no", "0", "0", "0", "1", "0"},
	})
	for filter, tc := range map[string]map[string]string{
		"kind": {"inline": "own", "managed": "scp"}, "assigned": {"no": "spare"}, "used": {"yes": "buckets"}, "name": {"own": "own"},
		"severity": {"delete": "buckets limit scp spare"},
	} {
		for value, names := range tc {
			var want [][]string
			for n := range strings.FieldsSeq(names) {
				want = append(want, []string{n})
			}
			check(t, "policies", api.TableQuestion{Columns: []string{"name"}, Sort: by("name"), Filters: map[string][]string{filter: {value}}}, want)
		}
	}
}

func count(pattern string) int { return catalog.AWS().Match(pattern).Len() }

func TestAssignments(t *testing.T) {
	t.Parallel()
	columns := []string{"name", "policy", "kind", "way", "through"}
	check(t, "assignments", api.TableQuestion{Columns: columns}, [][]string{
		{"team", "buckets", "custom", "direct", ""},
		{"job", "future", "custom", "direct", ""},
		{"job", "secrets", "custom", "direct", ""},
		{"ana", "buckets", "custom", "group", team},
		{"ben", "limit", "custom", "boundary", ""},
		{"ben", "assume", "custom", "direct", ""},
		{"ben", "own", "inline", "direct", ""},
		{"ben", "buckets", "custom", "group", team},
		{"work", "future", "custom", "direct", job},
		{"work", "secrets", "custom", "direct", job},
		{"", "scp", "managed", "control", "service control policies, level 1"},
	})
	check(t, "assignments", api.TableQuestion{Columns: columns, Filters: map[string][]string{"identity": {ana}}}, [][]string{{"ana", "buckets", "custom", "group", team}})
	check(t, "assignments", api.TableQuestion{Columns: columns, Filters: map[string][]string{"way": {"control"}}},
		[][]string{{"", "scp", "managed", "control", "service control policies, level 1"}})
	check(t, "assignments", api.TableQuestion{Columns: []string{"name"}, Filters: map[string][]string{"policy_name": {"own"}}}, [][]string{{"ben"}})
}

func TestPermissions(t *testing.T) {
	t.Parallel()
	columns := []string{"name", "action", "type", "severity", "reach", "conditional", "state", "in_catalog", "via", "weight", "share", "uses", "denied", "last_used"}
	check(t, "permissions", api.TableQuestion{Columns: columns, Filters: map[string][]string{"identity": {ben}}, Sort: by("action")}, [][]string{
		{"ben", "s3:CreateBucket", "write", "high", "all", "no", "unused", "yes", "buckets, statement 1, by group team", "1", "0.142857", "0", "0", ""},
		{"ben", "s3:DeleteBucket", "delete", "high", "all", "no", "unused", "yes", "buckets, statement 1, by group team", "1", "0.142857", "0", "0", ""},
		{"ben", "s3:GetObject", "read", "high", "part", "no", "unobservable", "yes", "own, statement 1", "5", "0", "0", "0", ""},
		{"ben", "sts:AssumeRole", "write", "high", "all", "no", "unused", "yes", "assume, statement 1", "5", "0.714286", "0", "0", ""},
	})
	check(t, "permissions", api.TableQuestion{Columns: columns, Filters: map[string][]string{"identity": {ana}}, Sort: by("action")}, [][]string{
		{"ana", "s3:CreateBucket", "write", "high", "all", "no", "used", "yes", "buckets, statement 1, by group team", "1", "0", "2", "0", "2026-06-01T11:00:00Z"},
		{"ana", "s3:DeleteBucket", "delete", "high", "all", "no", "unused", "yes", "buckets, statement 1, by group team", "1", "1", "0", "1", ""},
	})
	check(t, "permissions", api.TableQuestion{Columns: []string{"name", "action", "in_catalog", "severity", "state"}, Filters: map[string][]string{"identity": {job, work}, "service": {"new", "ssm"}}, Sort: by("name", "action")}, [][]string{
		{"job", "new:Thing", "no", "", "unobservable"},
		{"job", "ssm:GetParameters", "yes", "high", "unused"},
		{"work", "new:Thing", "no", "", "unobservable"},
		{"work", "ssm:GetParameters", "yes", "high", "unused"},
	})
	for filter, tc := range map[string]map[string]int{
		"state": {"unused": 3, "used": 0, "unobservable": 1}, "reach": {"part": 1, "named": 0}, "conditional": {"no": 4, "yes": 0},
		"severity": {"high": 4, "delete": 1}, "type": {"read": 1}, "action": {"s3:GetObject": 1},
	} {
		for value, want := range tc {
			got := asker().Must(t, "permissions", api.TableQuestion{Filters: map[string][]string{"identity": {ben}, filter: {value}}}).Total
			if got != want {
				t.Errorf("%s:%s gives %d permissions of ben, want %d", filter, value, got, want)
			}
		}
	}
	for _, ids := range [][]string{nil, {"nobody"}, {ben, "arn:aws:iam::222222222222:user/ana"}} {
		_, err := asker().Answer(t, "permissions", api.TableQuestion{Filters: map[string][]string{"identity": ids}})
		if bad := tables.AsBad(err); bad == nil || bad.Path != "filters.identity" {
			t.Errorf("identities %v: %v", ids, err)
		}
	}
}
