package actions_test

import (
	"testing"

	"github.com/leastward/leastward/internal/auditlog/actions"
	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/entitlement"
)

func TestInfoOfClouds(t *testing.T) {
	t.Parallel()
	for action, want := range map[entitlement.Action]string{
		"S3:getobject": "s3:GetObject",
		"MICROSOFT.STORAGE/storageAccounts/LISTKEYS/action": "Microsoft.Storage/storageAccounts/listKeys/action",
		"storage.objects.get":                               "storage.objects.get",
		"s3:NoSuchThing":                                    "",
		"Own.Provider/things/read":                          "",
		"nothing":                                           "",
		"":                                                  "",
	} {
		for _, cat := range []*catalog.Catalog{catalog.AWS(), catalog.Azure()} {
			got := ""
			if info := actions.Info(cat, action); info != nil {
				got = string(info.Action)
			}
			if got != want {
				t.Errorf("%s asked of %s: got %q, want %q", action, cat.Cloud(), got, want)
			}
		}
		if actions.Info(nil, action) != nil {
			t.Errorf("%s is known without a catalogue", action)
		}
	}
}
