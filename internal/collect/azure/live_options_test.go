package azure_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/leastward/leastward/internal/collect/azure"
	"github.com/leastward/leastward/internal/entitlement"
)

func TestOptionsThatAreWrong(t *testing.T) {
	t.Parallel()
	for want, o := range map[string]azure.Options{
		`cloud: "moon" is none of public, government, china`: {Cloud: "moon"},
		`parallel, attempts and max backoff`:                 {Parallel: -1},
		`endpoint: "nowhere" is not a URL`:                   {Endpoint: "nowhere"},
		`endpoint: http://azure.example would get tokens in clear`: {
			Endpoint: "http://azure.example", Credentials: azure.Credentials{ClientID: robotApp},
		},
		`logs.storage.account: http://logs.example would get tokens`: {Logs: azure.LogOptions{Storage: azure.LogStorage{Account: "http://logs.example"}}},
		`subscriptions: "shop" is not the id`:                        {Subscriptions: []entitlement.SystemID{"shop"}},
		`skip: "mail" is no part`:                                    {Skip: []string{"mail"}},
		`rate limits: "all" needs to be one of arm`:                  {Limits: map[string]limit{"all": 1}},
		`credentials: client_id: is missing`:                         {Credentials: azure.Credentials{SecretFile: "x"}},
		`credentials: secret_file, certificate_file`:                 {Credentials: azure.Credentials{ClientID: "a", SecretFile: "x", TokenFile: "y"}},
		`logs.window: must not be negative`:                          {Logs: azure.LogOptions{Window: -time.Hour}},
		`logs.storage: containers without an account`:                {Logs: azure.LogOptions{Storage: azure.LogStorage{Containers: []string{"x"}}}},
		`logs.storage.account: "My Logs" is neither`:                 {Logs: azure.LogOptions{Storage: azure.LogStorage{Account: "My Logs"}}},
		`logs.storage.containers[0]: is empty`:                       {Logs: azure.LogOptions{Storage: azure.LogStorage{Account: "logs", Containers: []string{""}}}},
		`read the application's secret`:                              {Tenant: tenant, Credentials: azure.Credentials{ClientID: "a", SecretFile: "/nowhere"}},
		`read the application's certificate`:                         {Tenant: tenant, Credentials: azure.Credentials{ClientID: "a", CertificateFile: "/nowhere"}},
	} {
		if _, err := azure.New(o); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %s", err, want)
		}
	}
}

// Every way to sign in makes a credential, which asks nobody yet.
func TestCredentials(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	for name, c := range map[string]azure.Credentials{
		"default chain":     {},
		"managed identity":  {ClientID: robotApp},
		"secret":            {ClientID: robotApp, SecretFile: file("secret", "s3cret\n")},
		"workload identity": {ClientID: robotApp, TokenFile: file("token", "x")},
	} {
		for _, cloud := range azure.Clouds() {
			if _, err := azure.New(azure.Options{Tenant: tenant, Cloud: cloud, Credentials: c}); err != nil {
				t.Errorf("%s in %s: %v", name, cloud, err)
			}
		}
	}
	bad := azure.Options{Tenant: tenant, Credentials: azure.Credentials{ClientID: robotApp, CertificateFile: file("certificate", "no PEM")}}
	if _, err := azure.New(bad); err == nil || !strings.Contains(err.Error(), "certificate") {
		t.Errorf("error %v", err)
	}
}
