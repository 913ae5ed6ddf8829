package par_test

import (
	"fmt"
	"time"

	"github.com/leastward/leastward/internal/creep"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/finding"
	"github.com/leastward/leastward/internal/report/par"
)

func at() time.Time { return time.Date(2025, 10, 31, 6, 30, 0, 0, time.UTC) }

// tenant returns an input of two systems with n findings in each category.
func tenant(n int) par.Input {
	return par.Input{
		Systems: []par.System{
			account("111122223333", "acme-prod", n, 90*24*time.Hour),
			account("444455556666", "acme-dev", n, 30*24*time.Hour),
		},
	}
}

func account(id entitlement.SystemID, name string, n int, logs time.Duration) par.System {
	s := par.System{
		System: entitlement.System{ID: id, Cloud: entitlement.AWS, Name: name, Owner: "platform"},
		At:     at(), Window: 90 * 24 * time.Hour, CoveredFrom: at().Add(-logs), CatalogVersion: "aws-2025.10.1",
		Sum:    creep.Sum{Excess: 41.2, Used: 1.4, Unobservable: 6.1, Identities: 100},
		Totals: map[entitlement.Category]int{},
		Events: &par.Events{In: 10, Used: 4, Denied: 3, NotPermissionBearing: 2, Rejected: 1},
		Problems: []entitlement.Problem{{
			Code: "access_denied", Subject: "GetCredentialReport", Permission: "iam:GetCredentialReport",
			Message: "add iam:GetCredentialReport to the exporter's role",
		}},
		OnlyInLogs: []entitlement.IdentityID{entitlement.IdentityID("arn:aws:iam::" + string(id) + ":user/gone")},
	}
	for i := range 100 {
		kind := entitlement.Role
		if i%10 == 0 {
			kind = entitlement.User
		}
		s.Identities = append(s.Identities, par.Identity{Kind: kind, PCI: float64(i), InPCI: i%20 != 0})
	}
	for k, c := range finding.Categories() {
		s.Totals[c] = 10 * n
		for i := range n {
			s.Findings = append(s.Findings, oneFinding(c, id, k*1000+i))
		}
	}
	return s
}

func oneFinding(c entitlement.Category, system entitlement.SystemID, i int) entitlement.Finding {
	name := fmt.Sprintf("application-deployment-pipeline-%d", i)
	f := entitlement.Finding{
		ID: fmt.Sprintf("%s-%s-%d", c, system, i), Category: c, Cloud: entitlement.AWS, System: system,
		Identity: entitlement.IdentityID(fmt.Sprintf("arn:aws:iam::%s:role/division/team/%s", system, name)),
		Kind:     entitlement.Role, Name: name, Owner: "team-payments",
		PCI: float64(i * 37 % 101), Impact: float64(i%50) / 100, Granted: 12906, Used: i % 40,
		Created: at().AddDate(-2, 0, -i%300), FirstSeen: at().AddDate(0, 0, -i%30),
		Evidence: []entitlement.Evidence{{Name: "Actions used", Value: "3 of 12,906 granted"}, {Name: "Logs cover", Value: "100% of 90 days"}},
	}
	if i%3 > 0 {
		f.LastActive = at().AddDate(0, 0, -i%200)
	}
	if c == entitlement.AccessKeyOld || c == entitlement.AccessKeyUnused {
		f.Resource = fmt.Sprintf("AKIAEXAMPLE%09d", i)
	}
	return f
}
