package reports_test

import (
	"fmt"
	"io"
	"sync"
	"testing"

	"github.com/leastward/leastward/exporter/internal/access"
	"github.com/leastward/leastward/exporter/internal/collector"
	"github.com/leastward/leastward/exporter/internal/reports"
	"github.com/leastward/leastward/exporter/internal/tables/registry"
	"github.com/leastward/leastward/exporter/internal/tables/tabletest"
	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/report"
	"github.com/leastward/leastward/internal/report/render"
)

// crowd is one account with as many users, who have one of twenty policies each.
func crowd(users int) *collector.Snapshot {
	inv := &entitlement.Inventory{System: entitlement.System{Cloud: entitlement.AWS, ID: first, Name: "one"}, CollectedAt: tabletest.Now()}
	allowed := map[entitlement.PolicyID][2]string{}
	for i := range 20 {
		allowed[entitlement.PolicyID(fmt.Sprintf("arn:aws:iam::%s:policy/policy-%d", first, i))] = [2]string{`"s3:*","ec2:Describe*"`, "*"}
	}
	inv.Policies = tabletest.Policies(allowed)
	for i := range users {
		name := fmt.Sprintf("application-deployment-pipeline-%06d", i)
		inv.Identities = append(inv.Identities, entitlement.Identity{
			ID: arn("user/division/team/" + name), Name: name, Kind: entitlement.User, System: first, Created: tabletest.Now(),
			Policies: []entitlement.PolicyID{entitlement.PolicyID(fmt.Sprintf("arn:aws:iam::%s:policy/policy-%d", first, i%20))},
		})
	}
	return &collector.Snapshot{Results: []*collector.Result{tabletest.Result(inv, tabletest.Now())}}
}

// BenchmarkReports makes the two largest reports of a crowd and renders them.
func BenchmarkReports(b *testing.B) {
	for _, users := range []int{1_000, 100_000} {
		snapshot := sync.OnceValue(func() *collector.Snapshot { return crowd(users) })
		for _, part := range []string{reports.Summary, reports.Detailed} {
			for _, format := range []render.Format{render.CSV, render.XLSX, render.PDF} {
				b.Run(fmt.Sprintf("%s/%d/%s", part, users, format), func(b *testing.B) {
					builder := over(snapshot(), registry.Options{})
					b.ReportAllocs()
					for b.Loop() {
						r, err := builder.Build(b.Context(), &reports.Request{
							Kind: report.UserEntitlements, Ask: &api.ReportQuestion{Filters: filters{"part": {part}}}, Caller: &access.Caller{},
						})
						if err != nil {
							b.Fatal(err)
						}
						if err := render.Write(io.Discard, r.Report, format); err != nil {
							b.Fatal(err)
						}
					}
				})
			}
		}
	}
}
