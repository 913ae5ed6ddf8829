package azure

import (
	"cmp"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/messaging/azeventhubs/v2"

	"github.com/leastward/leastward/internal/collect/records"
)

// LogOptions say where events are read. Of what is done in subscriptions, the
// export to a storage account goes before the Activity Log.
type LogOptions struct {
	// Storage is where diagnostic settings write to. Its zero value is none.
	Storage LogStorage
	// EventHub is where diagnostic settings send to. Its zero value is none.
	EventHub LogHub
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
	if o.EventHub.Namespace != "" {
		o.EventHub.ConsumerGroup = cmp.Or(o.EventHub.ConsumerGroup, azeventhubs.DefaultConsumerGroup)
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
	return o.EventHub.validate()
}

// LogHub is an event hub that diagnostic settings send to. It may have the logs
// of many subscriptions and of the tenant.
type LogHub struct {
	// Namespace is its name, or its host name.
	Namespace string
	Name      string
	// ConsumerGroup is one that nothing else reads with. Empty means $Default.
	ConsumerGroup string
	// Hub replaces the service: one that several collectors share, see
	// [ShareHub].
	Hub Hub
}

func (h *LogHub) whole() string { return h.Namespace + "/" + h.Name }

// validate holds the names against Azure's rules.
// https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules#microsofteventhub
func (h *LogHub) validate() error {
	if *h == (LogHub{}) {
		return nil
	}
	switch name := regexp.MustCompile(`^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$`); {
	case h.Namespace == "":
		return errors.New("logs.event_hub.namespace: is missing; name the Event Hubs namespace that diagnostic settings send to")
	case !regexp.MustCompile(`^[A-Za-z][A-Za-z0-9-]{4,48}[A-Za-z0-9](\.[A-Za-z0-9-]+)*$`).MatchString(h.Namespace):
		return fmt.Errorf("logs.event_hub.namespace: %q is neither the name of a namespace, 6 to 50 letters, digits and hyphens, nor its host name", h.Namespace)
	case h.Name == "":
		return errors.New("logs.event_hub.hub: is missing; name the event hub in the namespace")
	case len(h.Name) > 256 || !name.MatchString(h.Name):
		return fmt.Errorf("logs.event_hub.hub: %q is not the name of an event hub: up to 256 letters, digits, periods, hyphens and underscores", h.Name)
	case h.ConsumerGroup != "" && h.ConsumerGroup != azeventhubs.DefaultConsumerGroup && (len(h.ConsumerGroup) > 50 || !name.MatchString(h.ConsumerGroup)):
		return fmt.Errorf("logs.event_hub.consumer_group: %q is neither $Default nor the name of a consumer group: up to 50 letters, digits, periods, hyphens and underscores", h.ConsumerGroup)
	}
	return nil
}
