// Package clouds makes the assessors of every cloud.
package clouds

import (
	"github.com/leastward/leastward/internal/assess"
	"github.com/leastward/leastward/internal/assess/aws"
	"github.com/leastward/leastward/internal/assess/azure"
	"github.com/leastward/leastward/internal/assess/gcp"
	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/entitlement"
)

// NewSet returns the assessors of all clouds with these settings, each over the
// catalogue that ships.
func NewSet(s assess.Settings) *assess.Set {
	return assess.NewSet(s, map[entitlement.Cloud]func() assess.Cloud{
		entitlement.AWS:   func() assess.Cloud { return aws.New(catalog.AWS()) },
		entitlement.Azure: func() assess.Cloud { return azure.New(catalog.Azure()) },
		entitlement.GCP:   func() assess.Cloud { return gcp.New(catalog.GCP()) },
	})
}
