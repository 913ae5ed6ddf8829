package alert_test

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/leastward/leastward/internal/alert"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/finding"
)

func TestPlaybooks(t *testing.T) {
	t.Parallel()
	seen := map[alert.Playbook]bool{}
	for _, p := range alert.Playbooks() {
		if seen[p] {
			t.Errorf("%s stands twice", p)
		}
		seen[p] = true
	}
	if !slices.ContainsFunc(alert.Playbooks(), alert.Playbook.Automated) {
		t.Error("no playbook is automated")
	}
}

func TestPlaybookAccepts(t *testing.T) {
	t.Parallel()
	p := alert.InactiveUserReadOnly
	if !p.Accepts(entitlement.InactiveUser) || p.Accepts(entitlement.SuperUser) || p.Accepts("") {
		t.Errorf("%s accepts something else than %s", p, entitlement.InactiveUser)
	}
	if !alert.SuperIdentityReview.Accepts(entitlement.SuperRole) {
		t.Error("a playbook for people refuses a finding")
	}
}

// Every category of finding is known to the contract, and only an inactive user
// has a playbook that changes a cloud by itself.
func TestCategories(t *testing.T) {
	t.Parallel()
	if _, ok := alert.SubjectKind("bored_user"); ok || alert.OfResource("bored_user") {
		t.Error("an unknown category is known")
	}
	for _, c := range finding.Categories() {
		kind, ok := alert.SubjectKind(c)
		if !ok || kind != "" && alert.OfResource(c) {
			t.Errorf("%s: kind %q, known %t, of a resource %t", c, kind, ok, alert.OfResource(c))
		}
		for _, p := range alert.Playbooks() {
			if p.Automated() && p.Accepts(c) != (c == entitlement.InactiveUser) {
				t.Errorf("playbook %s accepts %s: %t", p, c, p.Accepts(c))
			}
		}
	}
}

func TestEveryPlaybookHasARunbook(t *testing.T) {
	t.Parallel()
	for _, p := range alert.Playbooks() {
		if _, err := os.Stat(filepath.Join("..", "..", "docs", "runbooks", string(p)+".md")); err != nil {
			t.Errorf("playbook %s: %v", p, err)
		}
	}
}
