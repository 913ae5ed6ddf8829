package entitlement_test

import (
	"testing"

	"github.com/leastward/leastward/internal/entitlement"
)

func TestIsGUID(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]bool{
		"00000000-0000-0000-0000-000000000000":   true,
		"AbCdEf01-2345-6789-abcd-EF0123456789":   true,
		"":                                       false,
		"00000000-0000-0000-0000-00000000000":    false,
		"00000000-0000-0000-0000-0000000000000":  false,
		"00000000_0000-0000-0000-000000000000":   false,
		"0000000000000-0000-0000-000000000000-":  false,
		"g0000000-0000-0000-0000-000000000000":   false,
		"\x10\x110000000-0000-0000-0000-0000000": false,
		"0000000\x10-0000-0000-0000-00000000000": false,
		"0000000\r-0000-0000-0000-000000000000":  false,
	} {
		if got := entitlement.IsGUID(s); got != want {
			t.Errorf("IsGUID(%q) = %v", s, got)
		}
	}
}
