package tenant

import (
	"fmt"
	"time"
)

// The bounds of Options.Size.
const (
	MinSize = 100
	MaxSize = 100_000
)

// Options says what to generate.
type Options struct {
	// Out is the directory that Generate writes to; it is made if missing.
	// Files of the same name are replaced, others are left alone.
	Out string
	// Size is the number of identities in AWS: users, roles, functions and
	// instances; groups come on top. From 100 to 100,000. Defaults to 1,000.
	Size int
	// Seed chooses the organisation.
	Seed uint64
	// Until is the end of the activity, cut to the start of its UTC day: no
	// event is at or after it. Defaults to 2026-11-28T00:00:00Z, so that the
	// bytes do not depend on the day of the run.
	Until time.Time
	// Days is the length of the activity, at least 30. Defaults to 90.
	Days int
	// Events is about how many events of AWS to write; the true number stands in
	// truth.json. Zero means 40 for each active identity, in every cloud; another
	// number changes that for all of them.
	Events int
	// SuperShare is the share of users and roles that hold every permission,
	// from 0 to 1; negative means none. Defaults to 0.1: Microsoft's figure
	// is above one half, which would leave nothing else to see.
	SuperShare float64
	// AzureShare and GCPShare size the parts of the organisation in Azure and
	// in Google Cloud, each as a share of Size that comes on top of it: 1 is as
	// many identities again as AWS has. Negative means none. Default to 0.3.
	AzureShare, GCPShare float64
}

func (o Options) withDefaults() Options {
	if o.Size == 0 {
		o.Size = 1000
	}
	if o.Until.IsZero() {
		o.Until = time.Date(2026, 11, 28, 0, 0, 0, 0, time.UTC)
	}
	o.Until = o.Until.UTC().Truncate(24 * time.Hour)
	if o.Days == 0 {
		o.Days = 90
	}
	switch {
	case o.SuperShare == 0:
		o.SuperShare = 0.1
	case o.SuperShare < 0:
		o.SuperShare = 0
	}
	o.AzureShare, o.GCPShare = shareOf(o.AzureShare), shareOf(o.GCPShare)
	return o
}

func shareOf(share float64) float64 {
	if share == 0 {
		return 0.3
	}
	return max(0, share)
}

func (o Options) validate() error {
	switch {
	case o.Size < MinSize || o.Size > MaxSize:
		return fmt.Errorf("size: %d is not from %d to %d", o.Size, MinSize, MaxSize)
	case o.Days < 30 || o.Days > 400:
		return fmt.Errorf("days: %d is not from 30 to 400", o.Days)
	case o.Events < 0:
		return fmt.Errorf("events: %d is negative; 0 chooses by size", o.Events)
	case o.SuperShare > 1:
		return fmt.Errorf("super share: %g is not from 0 to 1", o.SuperShare)
	case o.AzureShare > 1 || o.GCPShare > 1:
		return fmt.Errorf("azure share and gcp share: %g and %g are not from 0 to 1", o.AzureShare, o.GCPShare)
	}
	return nil
}

// from returns the start of the activity.
func (o Options) from() time.Time { return o.Until.AddDate(0, 0, -o.Days) }
