package config

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/leastward/leastward/internal/entitlement"
)

// AzureLive says how to read a tenant through Azure's APIs.
type AzureLive struct {
	// TenantID is the directory's id. It is where client_id signs in; without it
	// the default credential chain of the Azure SDK decides.
	TenantID string `yaml:"tenant_id"`
	Cloud    string `yaml:"cloud"` // public, government or china. Defaults to public.
	// ManagementGroup is the name of the group whose subscriptions are found.
	// Defaults to the root of the tenant.
	ManagementGroup string `yaml:"management_group"`
	// ClientID is an application, or with none of the files a user-assigned
	// managed identity. Without it the default chain is used: environment,
	// workload identity, managed identity, Azure CLI.
	ClientID         string `yaml:"client_id"`
	ClientSecretFile string `yaml:"client_secret_file"`
	CertificateFile  string `yaml:"certificate_file"` // PEM or PKCS#12, with its key.
	TokenFile        string `yaml:"token_file"`       // Of a federated identity.
	Endpoint         string `yaml:"endpoint"`         // Of every service; for an emulator.

	// Skip are parts that are not read: classic, containers, credentials, mfa,
	// pim, resources, sign_ins.
	Skip []string `yaml:"skip"`
	// Operations compares Azure's operations with the catalogue. Defaults to
	// false.
	Operations bool `yaml:"operations"`
	// OwnerTag is the key of a subscription's tag that names its owner. Defaults
	// to owner.
	OwnerTag string    `yaml:"owner_tag"`
	Logs     AzureLogs `yaml:"logs"`
	// Limits are requests per second by API family, such as graph: 10.
	Limits map[string]float64 `yaml:"rate_limits"`
}

// AzureLogs say where events are read.
type AzureLogs struct {
	Storage  *AzureStorage  `yaml:"storage"`
	EventHub *AzureEventHub `yaml:"event_hub"`
	// ActivityLog asks for the last 90 days where there is neither.
	ActivityLog bool `yaml:"activity_log"`
	// Directory asks Microsoft Graph for the tenant's audit and sign-in logs.
	Directory bool `yaml:"directory"`
}

// AzureStorage is a storage account that diagnostic settings write to.
type AzureStorage struct {
	Account    string   `yaml:"account"`    // Its name, or the address of its blobs.
	Containers []string `yaml:"containers"` // Defaults to insights-activity-logs.
}

// AzureEventHub is an event hub that diagnostic settings send to.
type AzureEventHub struct {
	Namespace     string `yaml:"namespace"` // Its name, or its host name.
	Hub           string `yaml:"hub"`
	ConsumerGroup string `yaml:"consumer_group"` // Defaults to $Default.
}

// clouds of Azure.
func azureClouds() []string { return []string{"public", "government", "china"} }

func (l *AzureLive) validate() error {
	if l == nil {
		return nil
	}
	l.Cloud, l.OwnerTag = cmp.Or(l.Cloud, "public"), cmp.Or(l.OwnerTag, "owner")
	files := slices.DeleteFunc([]string{l.ClientSecretFile, l.CertificateFile, l.TokenFile}, func(s string) bool { return s == "" })
	switch {
	case l.TenantID != "" && !entitlement.IsGUID(l.TenantID):
		return fmt.Errorf("live.tenant_id: %q is not the id of a tenant, a GUID; az account show --query tenantId shows it", l.TenantID)
	case len(files) > 1:
		return errors.New("live.client_secret_file, certificate_file, token_file: give one of the three")
	case len(files) == 1 && l.ClientID == "":
		return errors.New("live.client_id: is missing; name the application that the file is of")
	case len(files) == 1 && l.TenantID == "":
		return errors.New("live.tenant_id: is missing; name the tenant that the application signs in to")
	}
	if err := oneOf("live.cloud", l.Cloud, azureClouds()...); err != nil {
		return err
	}
	for family, limit := range l.Limits {
		if limit <= 0 {
			return fmt.Errorf("live.rate_limits.%s: %g is not above 0", family, limit)
		}
	}
	l.TenantID = strings.ToLower(l.TenantID)
	return l.Logs.validate()
}

func (l *AzureLogs) validate() error {
	switch {
	case l.Storage != nil && l.ActivityLog:
		return errors.New("live.logs.storage, activity_log: give one of the two, for both hold the same events")
	case l.EventHub != nil && (l.Storage != nil || l.ActivityLog):
		return errors.New("live.logs.event_hub: give it or storage or activity_log, for they hold the same events")
	case l.Storage != nil && l.Storage.Account == "":
		return errors.New("live.logs.storage.account: is missing; name the storage account that diagnostic settings write to")
	}
	return l.EventHub.validate()
}

func (h *AzureEventHub) validate() error {
	switch {
	case h == nil:
		return nil
	case h.Namespace == "":
		return errors.New("live.logs.event_hub.namespace: is missing; name the Event Hubs namespace that diagnostic settings send to")
	case h.Hub == "":
		return errors.New("live.logs.event_hub.hub: is missing; name the event hub in the namespace")
	}
	h.ConsumerGroup = cmp.Or(h.ConsumerGroup, "$Default")
	return nil
}

func (l *AzureLive) paths() []*string {
	if l == nil {
		return nil
	}
	return []*string{&l.ClientSecretFile, &l.CertificateFile, &l.TokenFile}
}
