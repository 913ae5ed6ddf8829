package azure

import (
	"cmp"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/leastward/leastward/internal/collect/records"
)

// LogOptions say where events are read. Of what is done in subscriptions, the
// export to a storage account goes before the Activity Log.
type LogOptions struct {
	// Storage is where diagnostic settings write to. Its zero value is none.
	Storage LogStorage
	// ActivityLog asks Azure Monitor for the events of the last 90 days.
	ActivityLog bool
	// Directory asks Microsoft Graph for the audit and sign-in logs of the
	// tenant, of as many days as its licence keeps.
	Directory bool
	// Window is how far back the first reading goes. Zero means 90 days.
	Window time.Duration
	// Events tells how events are parsed; its Now and Logger are those of Options.
	Events records.Options
}

// LogStorage is a storage account that diagnostic settings write to.
type LogStorage struct {
	// Account is its name, or the address of its blobs.
	Account string
	// Containers are read. Empty means insights-activity-logs, where those of
	// subscriptions are. Others hold the logs of resources or of the tenant, as
	// insights-logs-storageread and insights-logs-signinlogs.
	Containers []string
}

// activityContainer is where diagnostic settings of subscriptions write to.
// https://learn.microsoft.com/azure/azure-monitor/platform/activity-log
const activityContainer = "insights-activity-logs"

// logHistory is how long Azure keeps the Activity Log.
// https://learn.microsoft.com/azure/azure-monitor/platform/activity-log#retention-period
const logHistory = 90 * 24 * time.Hour

func (o LogOptions) withDefaults() LogOptions {
	o.Window = cmp.Or(o.Window, logHistory)
	if o.Storage.Account != "" && len(o.Storage.Containers) == 0 {
		o.Storage.Containers = []string{activityContainer}
	}
	return o
}

func (o *LogOptions) validate() error {
	if o.Window < 0 {
		return errors.New("logs.window: must not be negative")
	}
	s := &o.Storage
	switch {
	case s.Account == "" && len(s.Containers) > 0:
		return errors.New("logs.storage: containers without an account; add it")
	case inClear(s.Account):
		return fmt.Errorf("logs.storage.account: %s would get tokens in clear; give https", s.Account)
	case s.Account != "" && !strings.Contains(s.Account, "://") && !regexp.MustCompile(`^[a-z0-9]{3,24}$`).MatchString(s.Account):
		return fmt.Errorf("logs.storage.account: %q is neither the name of a storage account, 3 to 24 lower-case letters and digits, nor the address of its blobs", s.Account)
	}
	if i := slices.Index(s.Containers, ""); i >= 0 {
		return fmt.Errorf("logs.storage.containers[%d]: is empty", i)
	}
	return nil
}
