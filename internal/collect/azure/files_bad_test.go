package azure_test

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"

	"github.com/leastward/leastward/internal/collect/azure"
	"github.com/leastward/leastward/internal/collect/records"
)

const oneAssignment = `{"id":"/subscriptions/s/providers/Microsoft.Authorization/roleAssignments/%d","type":"Microsoft.Authorization/roleAssignments",` +
	`"properties":{"scope":"/subscriptions/s","roleDefinitionId":"/providers/Microsoft.Authorization/roleDefinitions/r","principalId":"p%[1]d","principalType":"User"}}`

func assignments(from, n int) string {
	var list []string
	for i := range n {
		list = append(list, fmt.Sprintf(oneAssignment, from+i))
	}
	return strings.Join(list, ",")
}

// What is wrong is counted with its reason and told with its place, and
// everything else goes on.
func TestBadRecords(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		text    string
		taken   int
		reject  map[records.Reason]int
		message string // Of the first problem, "" for none.
	}{
		"truncated page":    {`{"value":[` + assignments(1, 3) + `,{"id":"/subscr`, 3, rejected(records.Truncated, 1), "ends within a document"},
		"damaged line":      {fmt.Sprintf(oneAssignment, 1) + "\n{\"id\": nonsense}\n" + fmt.Sprintf(oneAssignment, 2), 2, rejected(records.InvalidJSON, 1), "not JSON"},
		"no object":         {`[1, "two", ` + assignments(1, 1) + `]`, 1, rejected(records.UnsupportedShape, 2), "is not an object"},
		"no principal":      {`[{"type":"Microsoft.Authorization/roleAssignments","id":"/x","scope":"/subscriptions/s","roleDefinitionId":"r"}]`, 0, rejected(records.MissingField, 1), "without principalId"},
		"no role":           {`[{"type":"Microsoft.Authorization/roleAssignments","id":"/x","scope":"/subscriptions/s","principalId":"r"}]`, 0, rejected(records.MissingField, 1), "without roleDefinitionId"},
		"no scope":          {`[{"principalId":"p","roleDefinitionId":"r"}]`, 0, rejected(records.MissingField, 1), "without scope"},
		"billing scope":     {`[{"principalId":"p","roleDefinitionId":"r","scope":"/providers/Microsoft.Billing/billingAccounts/1"}]`, 0, rejected(azure.OutsideSubscriptions, 1), "no subscription"},
		"directory role":    {`[{"principalId":"p","roleDefinitionId":"r","directoryScopeId":"/"}]`, 0, rejected(azure.NotRBAC, 1), "Microsoft Entra"},
		"policy of PIM":     {`[{"type":"Microsoft.Authorization/roleEligibilityScheduleRequests","id":"/subscriptions/s/x/y"}]`, 0, rejected(azure.NotRBAC, 1), "roleEligibilityScheduleInstances"},
		"log record":        {`{"operationName":"x","time":"2025-01-01T00:00:00Z"}`, 0, rejected(records.UnsupportedShape, 1), "with the logs"},
		"table":             {`{"data":{"columns":[],"rows":[]}}`, 0, rejected(records.UnsupportedShape, 1), "resultFormat objectArray"},
		"unknown":           {`{"a":1,"b":2}`, 0, rejected(records.UnsupportedShape, 1), "it has a, b"},
		"wrong type":        {`[{"type":"Microsoft.Authorization/roleAssignments","id":"/x","scope":7,"principalId":"r","roleDefinitionId":"r"}]`, 0, rejected(records.UnsupportedShape, 1), "scope is a JSON number"},
		"bad time":          {`[{"principalId":"p","roleDefinitionId":"r","scope":"/","createdOn":"yesterday"}]`, 0, rejected(records.BadTime, 1), `createdOn: "yesterday" is not a time`},
		"same again":        {`[` + assignments(1, 2) + `,` + assignments(1, 2) + `]`, 2, rejected(records.Duplicate, 2), ""},
		"other with its id": {`[` + assignments(1, 1) + `,` + strings.Replace(assignments(1, 1), "p1", "p2", 1) + `]`, 1, rejected(records.Duplicate, 1), "the first is kept"},
		"user without id":   {`[{"userPrincipalName":"a@b.example"}]`, 0, rejected(records.MissingField, 1), "$select=id"},
		"member without id": {`{"groupId":"g","members":[{"displayName":"x"}]}`, 0, rejected(records.MissingField, 1), "members[0] of group g has no id"},
		"role without permissions": {
			`[{"roleName":"x","roleType":"CustomRole","name":"r","type":"Microsoft.Authorization/roleDefinitions"}]`, 0,
			rejected(records.MissingField, 1), "without permissions",
		},
		"ports": {
			`[{"id":"/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/networkSecurityGroups/n","type":"Microsoft.Network/networkSecurityGroups",
		   "securityRules":[{"access":"Allow","direction":"Inbound","sourceAddressPrefix":"*","destinationPortRange":"http"}]}]`, 0,
			rejected(records.UnsupportedShape, 1), `destinationPortRange "http"`,
		},
		"account administrator": {`[{"type":"Microsoft.Authorization/classicAdministrators","id":"/subscriptions/s/providers/Microsoft.Authorization/classicAdministrators/1",
		   "properties":{"emailAddress":"a@b.example","role":"AccountAdministrator"}}]`, 0, rejected(azure.NotRBAC, 1), "answers for the bill"},
		"page that goes on": {
			`{"value":[` + assignments(1, 1) + `],"nextLink":"https://management.azure.com/subscriptions/s/providers/Microsoft.Authorization/roleAssignments?$skiptoken=1"}`,
			1, rejected(), "export all pages",
		},
		"last page there": {
			`{"value":[` + assignments(1, 1) + `],"nextLink":"https://management.azure.com/x?$skiptoken=1"}{"value":[` + assignments(2, 1) + `]}`,
			2, rejected(), "",
		},
		"empty page of another list": {
			`{"@odata.context":"https://graph.microsoft.com/v1.0/$metadata#users","@odata.nextLink":"https://graph.microsoft.com/v1.0/users?$skiptoken=1",
			  "value":[{"id":"u1","userPrincipalName":"a@b.example"}]}{"value":[]}`, 1, rejected(), "export all pages",
		},
		"empty last page": {`{"value":[` + assignments(1, 1) + `],"nextLink":"https://management.azure.com/x?$skiptoken=1"}{"value":[]}`, 1, rejected(), ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := read(t, write(t, c.text))
			if e.Stats.Taken != c.taken {
				t.Errorf("%d taken, want %d", e.Stats.Taken, c.taken)
			}
			if diff := cmp.Diff(c.reject, e.Stats.Rejected); diff != "" {
				t.Error(diff)
			}
			switch {
			case c.message == "" && len(e.Problems) > 0:
				t.Errorf("problems %v, want none", e.Problems)
			case c.message != "" && (len(e.Problems) == 0 || !strings.Contains(e.Problems[0].Message, c.message)):
				t.Errorf("problems %v, want %q", e.Problems, c.message)
			}
		})
	}
}

func TestBadFiles(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	put := func(name string, b []byte) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	_, _ = z.Write([]byte("[" + assignments(1, 200) + "]"))
	_ = z.Close()
	whole := put("whole.json.gz", packed.Bytes())
	cut := put("cut.json.gz", packed.Bytes()[:packed.Len()-20])
	put("LICENSE", []byte("text"))
	if e := read(t, whole); e.Stats.Taken != 200 {
		t.Errorf("gzip: %+v", e.Stats)
	}
	for name, order := range map[string]binary.AppendByteOrder{"windows.json": binary.LittleEndian, "big.json": binary.BigEndian} {
		var wide []byte
		for _, u := range utf16.Encode([]rune("\ufeff[" + assignments(1, 3) + "]")) {
			wide = order.AppendUint16(wide, u)
		}
		if e := read(t, put(name, wide)); e.Stats.Taken != 3 {
			t.Errorf("UTF-16: %+v", e.Stats)
		}
	}
	if e := read(t, cut); e.Stats.Taken == 0 || e.Stats.Rejected[records.Truncated]+e.Stats.Rejected[records.TruncatedGzip] == 0 {
		t.Errorf("cut gzip: %+v", e.Stats)
	}
	if e := read(t, put("empty", nil), put("text", []byte("hello"))); e.Stats.Refused[records.EmptyFile] != 1 || e.Stats.Refused[records.NotJSON] != 1 {
		t.Errorf("%+v", e.Stats)
	}
	if e := read(t, dir); e.Stats.Ignored != 3 || e.Stats.Files != 4 {
		t.Errorf("directory: %+v", e.Stats)
	}
	for _, path := range []string{filepath.Join(dir, "none"), filepath.Join(dir, "*.none")} {
		if _, err := azure.ReadEntitlements(t.Context(), []string{path}, azure.FileOptions{Now: time.Unix(1, 0)}); err == nil {
			t.Errorf("%s: no error", path)
		}
	}
	if _, err := azure.ReadEntitlements(t.Context(), []string{whole}, azure.FileOptions{}); err == nil {
		t.Error("no error without Now")
	}
}

func FuzzReadEntitlements(f *testing.F) {
	seeds, err := filepath.Glob(filepath.Join("testdata", "estate", "*"))
	if err != nil || len(seeds) == 0 {
		f.Fatal(len(seeds), err)
	}
	for _, s := range seeds {
		b, err := os.ReadFile(s)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Add([]byte(`{"value":[{"value":[{"value":[{"value":[{}]}]}]}]}`))
	f.Add([]byte(`{"id":"/providers/Microsoft.Management/managementGroups/a","details":{"parent":{"name":"a"}},"children":[{"id":"/providers/Microsoft.Management/managementGroups/a"}]}`))
	path := filepath.Join(f.TempDir(), "export.json")
	f.Fuzz(func(t *testing.T, b []byte) {
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		accounted(t, read(t, path))
	})
}
