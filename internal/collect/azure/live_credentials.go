package azure

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/cloud"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"
)

// The clouds of Azure.
const (
	CloudPublic     = "public"
	CloudGovernment = "government"
	CloudChina      = "china"
)

// Clouds returns the clouds that can be read.
func Clouds() []string { return []string{CloudPublic, CloudGovernment, CloudChina} }

// Credentials say how an application signs in. At most one of the files is
// given; without any the default chain is used, for the managed identity with
// ClientID if that is set.
type Credentials struct {
	ClientID string
	// SecretFile holds the application's secret and nothing else.
	SecretFile string
	// CertificateFile holds the application's certificate and key, PEM or PKCS#12
	// without a password.
	CertificateFile string
	// TokenFile holds the token of a federated identity: workload identity.
	TokenFile string
}

func (c *Credentials) validate() error {
	given := 0
	for _, file := range []string{c.SecretFile, c.CertificateFile, c.TokenFile} {
		if file != "" {
			given++
		}
	}
	switch {
	case given > 1:
		return errors.New("secret_file, certificate_file and token_file: give one of them")
	case given == 1 && c.ClientID == "":
		return errors.New("client_id: is missing; a secret, a certificate and a token are those of an application")
	}
	return nil
}

// where are the addresses of one of Azure's clouds.
type addresses struct {
	cloud         cloud.Configuration
	arm, graph    string
	storage, hubs string // Suffixes of host names.
	armScope      string
}

// addressesOf returns the addresses of a cloud.
// https://learn.microsoft.com/azure/azure-government/compare-azure-government-global-azure
// https://learn.microsoft.com/azure/china/resources-developer-guide
// https://learn.microsoft.com/graph/deployments
func addressesOf(name string) addresses {
	switch name {
	case CloudGovernment:
		return addresses{
			cloud: cloud.AzureGovernment, arm: "https://management.usgovcloudapi.net", armScope: "https://management.core.usgovcloudapi.net",
			graph: "https://graph.microsoft.us", storage: "blob.core.usgovcloudapi.net", hubs: "servicebus.usgovcloudapi.net",
		}
	case CloudChina:
		return addresses{
			cloud: cloud.AzureChina, arm: "https://management.chinacloudapi.cn", armScope: "https://management.core.chinacloudapi.cn",
			graph: "https://microsoftgraph.chinacloudapi.cn", storage: "blob.core.chinacloudapi.cn", hubs: "servicebus.chinacloudapi.cn",
		}
	}
	return addresses{
		cloud: cloud.AzurePublic, arm: "https://management.azure.com", armScope: "https://management.core.windows.net/",
		graph: "https://graph.microsoft.com", storage: "blob.core.windows.net", hubs: "servicebus.windows.net",
	}
}

// credential returns what signs in.
func (o *Options) credential(at *addresses) (azcore.TokenCredential, error) {
	if o.Credential != nil {
		return o.Credential, nil
	}
	client := policy.ClientOptions{Cloud: at.cloud, Transport: o.Transport}
	c := &o.Credentials
	if o.Endpoint != "" && *c == (Credentials{}) {
		return nobody{}, nil
	}
	switch {
	case c.SecretFile != "":
		secret, err := os.ReadFile(c.SecretFile)
		if err != nil {
			return nil, fmt.Errorf("read the application's secret: %w", err)
		}
		return azidentity.NewClientSecretCredential(o.Tenant, c.ClientID, strings.TrimSpace(string(secret)),
			&azidentity.ClientSecretCredentialOptions{ClientOptions: client})
	case c.CertificateFile != "":
		return o.certificate(client)
	case c.TokenFile != "":
		return azidentity.NewWorkloadIdentityCredential(&azidentity.WorkloadIdentityCredentialOptions{
			ClientOptions: client, ClientID: c.ClientID, TenantID: o.Tenant, TokenFilePath: c.TokenFile,
		})
	case c.ClientID != "":
		return azidentity.NewManagedIdentityCredential(&azidentity.ManagedIdentityCredentialOptions{
			ClientOptions: client, ID: azidentity.ClientID(c.ClientID),
		})
	}
	return azidentity.NewDefaultAzureCredential(&azidentity.DefaultAzureCredentialOptions{ClientOptions: client, TenantID: o.Tenant})
}

// nobody is who asks an emulator, which knows no one.
type nobody struct{}

// GetToken returns a token that says nothing.
func (nobody) GetToken(context.Context, policy.TokenRequestOptions) (azcore.AccessToken, error) {
	return azcore.AccessToken{Token: "emulator", ExpiresOn: time.Now().Add(time.Hour)}, nil
}

func (o *Options) certificate(client policy.ClientOptions) (azcore.TokenCredential, error) {
	data, err := os.ReadFile(o.Credentials.CertificateFile)
	if err != nil {
		return nil, fmt.Errorf("read the application's certificate: %w", err)
	}
	certificates, key, err := azidentity.ParseCertificates(data, nil)
	if err != nil {
		return nil, fmt.Errorf("read the application's certificate %s: %w", o.Credentials.CertificateFile, err)
	}
	return azidentity.NewClientCertificateCredential(o.Tenant, o.Credentials.ClientID, certificates, key,
		&azidentity.ClientCertificateCredentialOptions{ClientOptions: client})
}
