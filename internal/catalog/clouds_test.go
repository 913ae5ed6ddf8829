package catalog_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/entitlement"
)

func TestOf(t *testing.T) {
	t.Parallel()
	for cloud, want := range map[entitlement.Cloud]*catalog.Catalog{
		entitlement.AWS: catalog.AWS(), entitlement.Azure: catalog.Azure(), entitlement.GCP: catalog.GCP(), entitlement.Platform: nil, "": nil,
	} {
		if got := catalog.Of(cloud); got != want {
			t.Errorf("Of(%q) = %p, want %p", cloud, got, want)
		}
	}
}

func TestSizes(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		c           *catalog.Catalog
		cloud       entitlement.Cloud
		total, data int
	}{
		{catalog.Azure(), entitlement.Azure, 12352, 1100},
		{catalog.GCP(), entitlement.GCP, 13893, 0},
	} {
		if got := []int{tt.c.Len(), tt.c.All().Len(), tt.c.Data().Len()}; got[0] != tt.total || got[1] != tt.total || got[2] != tt.data {
			t.Errorf("%s has %d actions, %d of them in All and %d in Data; want %d and %d", tt.cloud, got[0], got[1], got[2], tt.total, tt.data)
		}
		if tt.c.Cloud() != tt.cloud || !strings.HasPrefix(tt.c.Version(), "2026-08-22-") {
			t.Errorf("the catalogue of %q is of %q and version %q", tt.cloud, tt.c.Cloud(), tt.c.Version())
		}
	}
}

func TestCloudOf(t *testing.T) {
	t.Parallel()
	for action, want := range map[entitlement.Action]entitlement.Cloud{
		"s3:GetObject":                           entitlement.AWS,
		"*:*":                                    entitlement.AWS,
		"Microsoft.Storage/storageAccounts/read": entitlement.Azure,
		"Microsoft.CognitiveServices/accounts/MultiModalIntelligence/persondirectories/faces:find/action": entitlement.Azure,
		"Oracle.Database/autonomousDatabases/read":                                                        entitlement.Azure,
		"*/read":                                   entitlement.Azure,
		"storage.objects.get":                      entitlement.GCP,
		"iam.googleapis.com/workforcePools.get":    entitlement.GCP,
		"IAM.GOOGLEAPIS.COM/workforcePools.get":    entitlement.GCP,
		"gcp.redisenterprise.com/databases.create": entitlement.GCP,
	} {
		if got := catalog.CloudOf(action); got != want {
			t.Errorf("CloudOf(%q) = %q, want %q", action, got, want)
		}
	}
	for _, c := range []*catalog.Catalog{catalog.AWS(), catalog.Azure(), catalog.GCP()} {
		for i := range c.Len() {
			if got := catalog.CloudOf(c.Info(i).Action); got != c.Cloud() {
				t.Errorf("CloudOf(%q) = %q, want %q", c.Info(i).Action, got, c.Cloud())
			}
		}
	}
}

// The rules of docs/catalogues.md that hold of every action.
func TestCloudInvariants(t *testing.T) {
	t.Parallel()
	for _, c := range []*catalog.Catalog{catalog.Azure(), catalog.GCP()} {
		for i := range c.Len() {
			info := c.Info(i)
			high := info.Type == catalog.Write || info.Type == catalog.Delete || info.Type == catalog.Permissions || info.Sensitivity != 0
			switch {
			case (info.Severity == catalog.High) != high:
				t.Errorf("%s is a %s of %s severity with sensitivity %b", info.Action, info.Type, info.Severity, info.Sensitivity)
			case info.DataPlane && info.Unrecorded:
				t.Errorf("%s is recorded where the owner wants and never", info.Action)
			case !strings.HasPrefix(string(info.Action), info.Service):
				t.Errorf("%s is of service %q", info.Action, info.Service)
			case len(info.ResourceTypes) > 1 || len(info.ResourceARNs) > 0:
				t.Errorf("%s is on %v (%v)", info.Action, info.ResourceTypes, info.ResourceARNs)
			case info.DataOnly && !info.Data:
				t.Errorf("%s is a data action alone and none", info.Action)
			}
		}
	}
}

func TestAzurePlanes(t *testing.T) {
	t.Parallel()
	c := catalog.Azure()
	if !c.Data().Union(c.Control()).Equal(c.All()) {
		t.Error("some operations are of no plane")
	}
	both := c.Data().Intersect(c.Control())
	for i := range c.Len() {
		info := c.Info(i)
		if info.Data != c.Data().Has(i) || info.DataOnly == c.Control().Has(i) {
			t.Errorf("%s is data: %t, data alone: %t, and otherwise in the sets", info.Action, info.Data, info.DataOnly)
		}
		read := strings.HasSuffix(strings.ToLower(string(info.Action)), "/read")
		_, mapping := c.Permissions(catalog.Call{Name: string(info.Action)})
		notice := mapping == catalog.NotPermissionBearing
		if info.DataPlane != info.Data || info.Unrecorded != (notice || read && !info.Data) {
			t.Errorf("%s (data: %t) has data plane %t, unrecorded %t", info.Action, info.Data, info.DataPlane, info.Unrecorded)
		}
	}
	keys, ok := c.Index("Microsoft.KeyVault/vaults/keys/read")
	if !ok || !both.Has(keys) || both.Len() > 10 {
		t.Errorf("%d operations are of both planes; that of keys among them: %t", both.Len(), ok && both.Has(keys))
	}
	if !catalog.GCP().Data().Empty() || !catalog.GCP().Control().Equal(catalog.GCP().All()) || !catalog.AWS().Data().Empty() {
		t.Error("other clouds have data actions")
	}
}

func TestIndexOfLongNames(t *testing.T) {
	t.Parallel()
	c, longest := catalog.Azure(), 0
	for i := range c.Len() {
		name := string(c.Info(i).Action)
		longest = max(longest, len(name))
		if got, ok := c.Index(entitlement.Action(strings.ToUpper(name))); !ok || got != i {
			t.Fatalf("Index(%q) = %d, %t, want %d", strings.ToUpper(name), got, ok, i)
		}
		if set := c.Match(name); set.Len() != 1 || !set.Has(i) {
			t.Fatalf("Match(%q) has %d actions", name, set.Len())
		}
	}
	if longest <= 128 {
		t.Errorf("the longest name has %d characters, want one that AWS has not", longest)
	}
}

func TestMatchOfClouds(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		c       *catalog.Catalog
		pattern string
		want    []string
	}{
		{catalog.Azure(), "Microsoft.Authorization/roleAssignments/*", []string{"Microsoft.Authorization/roleAssignments/delete", "Microsoft.Authorization/roleAssignments/read", "Microsoft.Authorization/roleAssignments/write"}},
		{catalog.Azure(), "MICROSOFT.STORAGE/*/LISTKEYS/ACTION", []string{"Microsoft.Storage/storageAccounts/listKeys/action", "Microsoft.Storage/storageAccounts/localusers/listKeys/action"}},
		{catalog.Azure(), "Microsoft.ManagedIdentity/userAssignedIdentities/*/assign/action", []string{"Microsoft.ManagedIdentity/userAssignedIdentities/assign/action"}},
		{catalog.Azure(), "Microsoft.KeyVault/vaults/secrets/get*/action", []string{"Microsoft.KeyVault/vaults/secrets/getSecret/action"}},
		{catalog.Azure(), "Microsoft.Storage/storageAccounts/rea?", nil}, // A question mark stands for itself.
		{catalog.Azure(), "Microsoft.Storage", nil},
		{catalog.GCP(), "iam.serviceAccountKeys.cre*", []string{"iam.serviceAccountKeys.create"}},
		{catalog.GCP(), "storage.objects.ge?", nil},
	} {
		var got []string
		for i := range tt.c.Match(tt.pattern).Indices() {
			got = append(got, string(tt.c.Info(i).Action))
		}
		if strings.Join(got, " ") != strings.Join(tt.want, " ") {
			t.Errorf("Match(%q) = %v, want %v", tt.pattern, got, tt.want)
		}
	}
}

// azurePatterns draws patterns that are made of an operation's name with stars
// for parts of it.
func azurePatterns() *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		c := catalog.Azure()
		b := []byte(c.Info(rapid.IntRange(0, c.Len()-1).Draw(t, "index")).Action)
		for range rapid.IntRange(0, 4).Draw(t, "cuts") {
			from := rapid.IntRange(0, len(b)).Draw(t, "from")
			to := min(len(b), from+rapid.IntRange(0, 30).Draw(t, "length"))
			b = append(append(append([]byte(nil), b[:from]...), rapid.SampledFrom([]string{"*", "**", "", "/"}).Draw(t, "wild")...), b[to:]...)
		}
		return mixCase(t, string(b))
	})
}

func TestAzureMatchAgreesWithBruteForce(t *testing.T) {
	t.Parallel()
	b := newBrute(catalog.Azure())
	rapid.Check(t, func(t *rapid.T) {
		if d := b.disagreement(azurePatterns().Draw(t, "pattern")); d != "" {
			t.Fatal(d)
		}
	})
}

func FuzzAzureMatch(f *testing.F) {
	for _, seed := range []string{"*", "*/read", "Microsoft.*/*/list*/action", "", "**", "*a*b*c*d*", "Microsoft.Storage/*?", "é*"} {
		f.Add(seed)
	}
	b := newBrute(catalog.Azure())
	f.Fuzz(func(t *testing.T, pattern string) {
		if len(pattern) > 256 || strings.ContainsFunc(pattern, func(r rune) bool { return r > 127 || r == '\n' }) {
			_ = catalog.Azure().Match(pattern) // Must not panic; strings.ToLower folds more than ASCII.
			return
		}
		if d := b.disagreement(pattern); d != "" {
			t.Error(d)
		}
	})
}
