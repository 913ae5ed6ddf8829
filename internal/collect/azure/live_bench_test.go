package azure_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/leastward/leastward/internal/collect/azure"
)

// A tenant of 20,000 users, each with a role, that answers at once.
func BenchmarkCollect(b *testing.B) {
	const n, page = 20_000, 1000
	one := map[string]func(i int) string{
		"/v1.0/users": func(i int) string {
			return fmt.Sprintf(`{"id":"aaaaaaaa-0000-0000-0000-%012d","displayName":"User %[1]d","userPrincipalName":"user%[1]d@example.com","userType":"Member","accountEnabled":true,"createdDateTime":"2020-01-01T00:00:00Z"}`, i)
		},
		inProduction + authorization + "roleAssignments": func(i int) string {
			return assignment(inProduction, fmt.Sprint("a", i), fmt.Sprintf("aaaaaaaa-0000-0000-0000-%012d", i), "User", reader)
		},
	}
	answers := map[string]string{"/subscriptions": `{"value":[{"id":"` + inProduction + `","subscriptionId":"` + production + `","state":"Enabled","tenantId":"` + tenant + `"}]}`}
	bytes := 0
	for path, record := range one {
		for from := 0; from < n; from += page {
			var list []string
			for i := range page {
				list = append(list, record(from+i))
			}
			text := `{"value":[` + strings.Join(list, ",") + `]`
			if from+page < n {
				text += fmt.Sprintf(`,"nextLink":"%s?from=%d"`, path, from+page)
			}
			answers[fmt.Sprint(path, from)] = text + "}"
			bytes += len(text)
		}
	}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		from := r.URL.Query().Get("from")
		if from == "" && one[r.URL.Path] != nil {
			from = "0"
		}
		if text, ok := answers[r.URL.Path+from]; ok {
			_, _ = io.WriteString(w, text)
			return
		}
		_, _ = io.WriteString(w, `{"value":[],"data":[]}`)
	}))
	defer s.Close()
	c, err := azure.New(azure.Options{Endpoint: s.URL, Now: exported, Limits: fast()})
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(bytes))
	b.ReportAllocs()
	for b.Loop() {
		live, err := c.Collect(b.Context())
		if err != nil || len(live.Systems) != 1 || len(live.Systems[0].Identities) != n {
			b.Fatal(live, err)
		}
	}
}
