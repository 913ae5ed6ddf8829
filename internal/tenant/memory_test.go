package tenant_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"path"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/leastward/leastward/internal/tenant"
)

// memory keeps generated files.
type memory struct {
	mu    sync.Mutex // Guards files.
	files map[string][]byte
}

type file struct {
	bytes.Buffer
	name string
	in   *memory
}

func (f *file) Close() error {
	f.in.mu.Lock()
	defer f.in.mu.Unlock()
	f.in.files[f.name] = f.Bytes()
	return nil
}

func (m *memory) create(name string) (io.WriteCloser, error) {
	return &file{name: name, in: m}, nil
}

func generate(tb testing.TB, o tenant.Options) *memory {
	tb.Helper()
	m := &memory{files: map[string][]byte{}}
	if err := tenant.Write(o, m.create); err != nil {
		tb.Fatal(err)
	}
	return m
}

func (m *memory) decode(tb testing.TB, name string, into any) {
	tb.Helper()
	d := json.NewDecoder(bytes.NewReader(m.files[name]))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		tb.Fatalf("%s: %v", name, err)
	}
}

func (m *memory) truth(tb testing.TB) (t tenant.Truth, a tenant.Attack) {
	tb.Helper()
	m.decode(tb, "truth.json", &t)
	m.decode(tb, "attack.json", &a)
	return t, a
}

// record is a CloudTrail record; a field that is not here fails the test.
type record struct {
	EventVersion string
	UserIdentity struct {
		Type, PrincipalID, Arn, AccountID, AccessKeyID, UserName, InvokedBy, IdentityProvider string

		SessionContext struct {
			SessionIssuer       struct{ Type, PrincipalID, Arn, AccountID, UserName string }
			WebIDFederationData struct {
				FederatedProvider string
				Attributes        struct{}
			}
			Attributes      struct{ CreationDate, MfaAuthenticated string }
			Ec2RoleDelivery string
		}
	}
	EventTime                                time.Time
	EventSource, EventName, AwsRegion        string
	SourceIPAddress, UserAgent               string
	ErrorCode, ErrorMessage                  string
	RequestParameters, ResponseElements      map[string]any
	AdditionalEventData, ServiceEventDetails map[string]any
	RequestID, EventID, SharedEventID        string
	ReadOnly, ManagementEvent                bool
	Resources                                []struct{ AccountID, Type, ARN string }
	EventType, EventCategory                 string
	RecipientAccountID                       string
	TLSDetails                               struct{ TLSVersion, CipherSuite, ClientProvidedHostHeader string }
}

// records returns the records of each delivery file.
func (m *memory) records(tb testing.TB) map[string][]record {
	tb.Helper()
	all := map[string][]record{}
	for name, packed := range m.files {
		if !strings.HasSuffix(name, ".gz") {
			continue
		}
		in, err := gzip.NewReader(bytes.NewReader(packed))
		if err != nil {
			tb.Fatalf("%s: %v", name, err)
		}
		var f struct{ Records []record }
		d := json.NewDecoder(in)
		d.DisallowUnknownFields()
		if err := d.Decode(&f); err != nil {
			tb.Fatalf("%s: %v", name, err)
		}
		all[name] = f.Records
	}
	return all
}

// place returns the account, region and day of a delivery file.
func place(name string) (account, region, day string) {
	parts := strings.Split(path.Dir(name), "/")
	i := slices.Index(parts, "AWSLogs")
	return parts[i+1], parts[i+3], strings.Join(parts[i+4:], "-")
}
