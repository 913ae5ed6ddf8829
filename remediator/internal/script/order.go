package script

import (
	"maps"
	"slices"
	"strconv"

	"github.com/leastward/leastward/remediator/internal/change"
)

func sortedKeys(f change.Facts) []string { return slices.Sorted(maps.Keys(f)) }

// label names the n-th policy: Terraform's names allow less than IAM's.
func label(n int) string { return "policy_" + strconv.Itoa(n+1) }
