package gcp_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/policy/gcp"
)

// Who gets into a bucket from outside. See
// https://cloud.google.com/storage/docs/access-control/making-data-public.
func TestBucket(t *testing.T) {
	t.Parallel()
	const reader = "roles/storage.objectViewer"
	for name, tt := range map[string]struct {
		build  func(w world, b *entitlement.Resource)
		access string
		other  []string
	}{
		"nobody": {func(world, *entitlement.Resource) {}, entitlement.BucketIsPrivate, nil},
		"own": {func(w world, _ *entitlement.Resource) {
			w.grant("user:alice@example.com", reader, bucket+"b")
			w.grant("serviceAccount:s@p.iam.gserviceaccount.com", reader, bucket+"b")
			w.grant("serviceAccount:111-compute@developer.gserviceaccount.com", reader, bucket+"b")
			w.grant("serviceAccount:service-999@gcp-sa-x.iam.gserviceaccount.com", reader, bucket+"b")
			w.grant("projectEditor:p", "roles/storage.legacyBucketOwner", bucket+"b")
			w.grant("domain:example.com", reader, project+"p")
		}, entitlement.BucketIsPrivate, nil},
		"everybody":       {func(w world, _ *entitlement.Resource) { w.grant("allUsers", reader, bucket+"b") }, entitlement.BucketIsPublic, nil},
		"authenticated":   {func(w world, _ *entitlement.Resource) { w.grant("allAuthenticatedUsers", reader, bucket+"b") }, entitlement.BucketIsPublic, nil},
		"by the project":  {func(w world, _ *entitlement.Resource) { w.grant("allUsers", "roles/storage.objectViewer", project+"p") }, entitlement.BucketIsPublic, nil},
		"another bucket":  {func(w world, _ *entitlement.Resource) { w.grant("allUsers", reader, bucket+"bb") }, entitlement.BucketIsPrivate, nil},
		"another service": {func(w world, _ *entitlement.Resource) { w.grant("allUsers", "roles/run.invoker", project+"p") }, entitlement.BucketIsPrivate, nil},
		"prevented": {func(w world, b *entitlement.Resource) {
			b.Bucket.PublicAllowed = entitlement.No
			w.grant("allUsers", reader, bucket+"b")
		}, entitlement.BucketIsRestricted, nil},
		"condition": {func(w world, _ *entitlement.Resource) {
			w.grant("allUsers", reader, bucket+"b", `resource.name.startsWith("projects/_/buckets/b/objects/public/")`)
		}, entitlement.BucketIsRestricted, nil},
		"expired": {func(w world, _ *entitlement.Resource) { w.grant("allUsers", reader, bucket+"b", expired) }, entitlement.BucketIsPrivate, nil},
		"denied": {func(w world, _ *entitlement.Resource) {
			w.grant("allUsers", reader, bucket+"b")
			w.deny(org+"333", "storage.googleapis.com/*.*", "principalSet://goog/public:all")
		}, entitlement.BucketIsPrivate, nil},
		"perhaps denied": {func(w world, _ *entitlement.Resource) {
			w.grant("allUsers", reader, bucket+"b")
			w.deny(org+"333", "storage.googleapis.com/*.*", "principalSet://goog/public:all", tagDenies)
		}, entitlement.BucketIsRestricted, nil},
		"others": {func(w world, _ *entitlement.Resource) {
			w.grant("serviceAccount:s@q.iam.gserviceaccount.com", reader, bucket+"b")
			w.grant("user:eve@evil.com", reader, bucket+"b")
			w.grant("projectViewer:old", reader, bucket+"b")
			w.grant("domain:partner.com", reader, bucket+"b")
		}, entitlement.BucketIsCrossAccount, []string{"evil.com", "old", "partner.com", "q"}},
		"object lists": {func(_ world, b *entitlement.Resource) { b.Bucket.ObjectACLs = entitlement.Yes }, entitlement.BucketSubjectToACLs, nil},
		"own list": {func(_ world, b *entitlement.Resource) {
			b.Bucket.Grants = []entitlement.BucketGrant{{Grantee: entitlement.AllUsers, Permission: "READER"}}
		}, entitlement.BucketIsPublic, nil},
		"own list without effect": {func(_ world, b *entitlement.Resource) {
			b.Bucket.ObjectACLs = entitlement.No
			b.Bucket.Grants = []entitlement.BucketGrant{{Grantee: entitlement.AllUsers, Permission: "READER"}}
		}, entitlement.BucketIsPrivate, nil},
		"unknown": {func(_ world, b *entitlement.Resource) { b.PolicyUnknown = true }, entitlement.BucketIsUnknown, nil},
	} {
		w := newWorld()
		b := entitlement.Resource{ID: bucket + "b", Type: "storage.googleapis.com/Bucket", Bucket: &entitlement.Bucket{}}
		tt.build(w, &b)
		w.Resources = []entitlement.Resource{b}
		got := gcp.Bucket(w.compile(), &w.Resources[0])
		if got.Access != tt.access || !cmp.Equal(got.Accounts, tt.other) || (len(got.Because) > 0) != (got.Access == entitlement.BucketIsPublic || got.Access == entitlement.BucketIsRestricted || len(tt.other) > 0) {
			t.Errorf("%s: got %+v, want %s %v", name, got, tt.access, tt.other)
		}
	}
}
