package source_test

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/leastward/leastward/exporter/internal/config"
	"github.com/leastward/leastward/exporter/internal/source"
	"github.com/leastward/leastward/exporter/internal/store"
	"github.com/leastward/leastward/internal/catalog"
)

// An external id belongs to the roles that are given; nobody has to assume
// others to read the organisation or the bucket.
func TestExternalIDNeedsNoRoleButItsOwn(t *testing.T) {
	t.Setenv("AWS_ACCESS_KEY_ID", "testing")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "testing")
	var asked string
	cloud := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_ = r.ParseForm()
		asked = r.Form.Get("Action") + " " + r.Form.Get("ExternalId")
		w.WriteHeader(http.StatusForbidden)
		_, _ = w.Write([]byte(`<ErrorResponse><Error><Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>`))
	}))
	defer cloud.Close()
	data, err := store.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	sources, err := source.New(source.Options{
		Accounts: []*config.Account{{ID: "111111111111", Live: &config.Live{
			Regions: []string{"eu-west-1"}, Endpoint: cloud.URL,
			RoleARN: "arn:aws:iam::111111111111:role/leastward-reader", ExternalID: "4711",
			Trail: &config.Trail{Bucket: "trail-logs"},
		}}},
		Window: 90 * 24 * time.Hour, Catalog: catalog.AWS(), Store: data, Logger: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	_, err = sources[0].Read(t.Context(), time.Now())
	if err == nil || !strings.Contains(err.Error(), "AccessDenied") || asked != "AssumeRole 4711" {
		t.Errorf("asked %q, error = %v, want AssumeRole with the external id, refused", asked, err)
	}
}
