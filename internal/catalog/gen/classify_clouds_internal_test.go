package main

import "testing"

// The first word of a verb is not always what it does.
func TestFirstWord(t *testing.T) {
	t.Parallel()
	for verb, want := range map[string]string{
		"get": "get", "getIamPolicy": "get", "batchDeleteEntities": "delete", "legacySearchRawLogs": "search", "creatorList": "list",
		"modifyCaseList": "modify", "enableAdvancedSiteSearch": "enable", "batch": "batch", "bulkGet": "get", "SetX": "set",
	} {
		if got := (permission{verb: verb}).first(); got != want {
			t.Errorf("first word of %s is %s, want %s", verb, got, want)
		}
	}
}

func TestParsePermission(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]permission{
		"storage.objects.get": {name: "storage.objects.get", service: "storage", things: "objects", verb: "get"},
		"iam.googleapis.com/workforcePools.setIamPolicy": {
			name: "iam.googleapis.com/workforcepools.setiampolicy", service: "iam", things: "workforcepools", verb: "setIamPolicy",
		},
		"gcp.redisenterprise.com/databases.create": {
			name: "gcp.redisenterprise.com/databases.create", service: "gcp.redisenterprise.com", things: "databases", verb: "create",
		},
		"compute.projects.x.patch": {name: "compute.projects.x.patch", service: "compute", things: "projects.x", verb: "patch"},
	} {
		if got := parsePermission(name); got != want {
			t.Errorf("parsePermission(%q) = %+v, want %+v", name, got, want)
		}
	}
}

func TestParseOperation(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"Microsoft.Storage/storageAccounts/read":            "microsoft.storage|storageaccounts|read|",
		"Microsoft.Storage/storageAccounts/listKeys/Action": "microsoft.storage|storageaccounts|action|listkeys",
		"Microsoft.Storage/register/action":                 "microsoft.storage||action|register",
		"A/read":                                            "a||read|",
		"A/action":                                          "a||action|",
	} {
		op := parseOperation(name)
		if got := op.provider + "|" + op.last() + "|" + op.verb + "|" + op.act; got != want {
			t.Errorf("parseOperation(%q) = %s, want %s", name, got, want)
		}
	}
}

func TestMatchesAny(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		s, pattern string
		want       bool
	}{
		{"abc", "abc", true},
		{"abc", "ab*", true},
		{"abc", "*bc", true},
		{"abc", "*b*", true},
		{"abc", "ab", false},
		{"abc", "b*", false},
		{"abc", "*b", false},
		{"abc", "*d*", false},
		{"", "*", true},
	} {
		if got := matchesAny(tt.s, tt.pattern); got != tt.want {
			t.Errorf("matchesAny(%q, %q) = %t", tt.s, tt.pattern, got)
		}
	}
}

// Of the permissions that a method may need, its own is the one that does what
// the method does, on the same kind of thing.
func TestOwn(t *testing.T) {
	t.Parallel()
	names := map[string]entry{}
	for _, n := range []string{"compute.subnetworks.get", "compute.subnetworks.update", "compute.instances.create", "compute.disks.create"} {
		names[n] = entry{name: n}
	}
	for _, tt := range []struct {
		id    string
		needs []gcpNeed
		want  string
	}{
		{"compute.subnetworks.patch", []gcpNeed{{Name: "compute.subnetworks.get"}, {Name: "compute.subnetworks.update"}}, "compute.subnetworks.update"},
		{"compute.instances.insert", []gcpNeed{{Name: "compute.disks.create"}, {Name: "compute.instances.create"}}, "compute.instances.create"},
		{"compute.instances.insert", []gcpNeed{{Name: "compute.instances.create", Condition: []byte(`{}`)}, {Name: "compute.disks.create"}}, "compute.disks.create"},
		{"compute.x.get", []gcpNeed{{Name: "nope"}}, ""},
		{"compute.x.get", nil, ""},
	} {
		if got, ok := own(tt.id, tt.needs, names); got.name != tt.want || ok != (tt.want != "") {
			t.Errorf("%s needs %q, want %q", tt.id, got.name, tt.want)
		}
	}
}
