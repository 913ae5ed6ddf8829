package gcp_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"github.com/leastward/leastward/internal/collect/gcp"
)

// large is an organization of many projects, of which each has ten service
// accounts and a policy that grants each something.
type large struct{ pages map[string][]string }

func newLarge(b *testing.B, projects int) *large {
	b.Helper()
	l := &large{pages: map[string][]string{}}
	for _, content := range []string{"RESOURCE", "IAM_POLICY"} {
		var page []any
		flush := func(last bool) {
			o := record{"assets": page}
			if !last {
				o["nextPageToken"] = strconv.Itoa(len(l.pages[content]) + 1)
			}
			text, err := json.Marshal(o)
			if err != nil {
				b.Fatal(err)
			}
			l.pages[content], page = append(l.pages[content], string(text)), nil
		}
		for i := range projects {
			if page = append(page, assetsOf(content, i)...); len(page) >= 990 {
				flush(false)
			}
		}
		flush(true)
	}
	return l
}

func assetsOf(content string, i int) []any {
	id, above := fmt.Sprintf("project-%06d", i), []any{fmt.Sprint("projects/", 1000+i), fmt.Sprint("folders/", 100+i%50), "organizations/10"}
	project := record{"name": fmt.Sprint("//cloudresourcemanager.googleapis.com/projects/", 1000+i), "assetType": "cloudresourcemanager.googleapis.com/Project", "ancestors": above}
	list := []any{project}
	var members []any
	for k := range 10 {
		email := fmt.Sprintf("worker-%d@%s.iam.gserviceaccount.com", k, id)
		members = append(members, "serviceAccount:"+email)
		if content == "RESOURCE" {
			list = append(list, record{
				"name": "//iam.googleapis.com/projects/" + id + "/serviceAccounts/" + fmt.Sprint(i*10+k), "assetType": "iam.googleapis.com/ServiceAccount",
				"ancestors": above, "resource": record{"data": record{"email": email, "uniqueId": fmt.Sprint(i*10 + k), "projectId": id, "name": "projects/" + id + "/serviceAccounts/" + email}},
			})
		}
	}
	if content == "RESOURCE" {
		project["resource"] = record{"data": record{"projectId": id, "projectNumber": fmt.Sprint(1000 + i), "name": id}}
	} else {
		project["iamPolicy"] = record{"bindings": []any{record{"role": "roles/editor", "members": members}}}
	}
	return list
}

func (l *large) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	text := "{}"
	if strings.HasSuffix(r.URL.Path, "/assets") {
		if pages := l.pages[r.URL.Query().Get("contentType")]; len(pages) > 0 {
			n, _ := strconv.Atoi(r.URL.Query().Get("pageToken"))
			text = pages[n]
		}
	}
	_, _ = w.Write([]byte(text))
}

// BenchmarkLiveCollect collects a whole organization from a server on loopback,
// with the requests for each project and folder.
func BenchmarkLiveCollect(b *testing.B) {
	for _, projects := range []int{100, 1000} {
		b.Run(fmt.Sprintf("projects=%d", projects), func(b *testing.B) {
			server := httptest.NewServer(newLarge(b, projects))
			defer server.Close()
			b.ReportAllocs()
			for b.Loop() {
				c, err := gcp.New(b.Context(), gcp.Options{Scope: "organizations/10", Endpoint: server.URL, HTTPClient: server.Client(), Limits: fast(), SkipActivity: true})
				if err != nil {
					b.Fatal(err)
				}
				got, err := c.Collect(b.Context())
				if err != nil || len(got.Systems) != projects || len(got.Systems[0].Identities) != 10 {
					b.Fatalf("%d projects, %v", len(got.Systems), err)
				}
				b.ReportMetric(float64(got.Stats.In), "records")
			}
		})
	}
}
