package assess

import (
	"cmp"

	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/finding"
)

// bucketType is the type of S3 buckets among the resources of an inventory.
const bucketType = "s3:bucket"

// input gathers what the finding rules look at.
func (a *Assessor) input(inv *entitlement.Inventory, r *Assessment) finding.Input {
	in := finding.Input{System: inv.System.ID, Organization: inv.Organization, Subjects: a.subjects(r)}
	for i := range inv.Resources {
		if b := &inv.Resources[i]; b.Type == bucketType {
			in.Buckets = append(in.Buckets, finding.Bucket{Resource: b, Owner: a.ownerOf(b.Tags, inv.System)})
		}
	}
	for i := range inv.SecurityGroups {
		g := &inv.SecurityGroups[i]
		in.SecurityGroups = append(in.SecurityGroups, finding.SecurityGroup{SecurityGroup: g, Owner: a.ownerOf(g.Tags, inv.System)})
	}
	return in
}

func (a *Assessor) ownerOf(tags map[string]string, system entitlement.System) string {
	return cmp.Or(tags[a.settings.OwnerTag], system.Owner)
}
