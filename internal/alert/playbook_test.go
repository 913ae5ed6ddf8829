package alert_test

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/leastward/leastward/internal/alert"
	"github.com/leastward/leastward/internal/entitlement"
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

func TestEveryPlaybookHasARunbook(t *testing.T) {
	t.Parallel()
	for _, p := range alert.Playbooks() {
		if _, err := os.Stat(filepath.Join("..", "..", "docs", "runbooks", string(p)+".md")); err != nil {
			t.Errorf("playbook %s: %v", p, err)
		}
	}
}
