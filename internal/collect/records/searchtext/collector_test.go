package searchtext_test

import (
	"strings"
	"testing"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/collect/records/searchtext"
)

// TestSecretsAreLeftOut has the word s3cr3t in what must not be found, and the
// word found in what must.
func TestSecretsAreLeftOut(t *testing.T) {
	t.Parallel()
	for _, doc := range []string{
		`{"properties":{"adminPassword":"s3cr3t","vmSize":"found"}}`,
		`{"customData":"s3cr3t","osProfile":{"computerName":"found"}}`,
		`{"protectedSettings":{"script":"s3cr3t"},"publisher":"found"}`,
		`{"url":"https://a.blob.core.windows.net/c?sv=1&sig=s3cr3t","name":"found"}`,
		`{"value":"DefaultEndpointsProtocol=https;AccountKey=s3cr3t","name":"found"}`,
		`{"passwordCredentials":[{"secretText":"s3cr3t","keyId":"found"}]}`,
		`{"privateKeyData":"s3cr3t","name":"projects/p/serviceAccounts/found"}`,
		`{"private_key":"s3cr3t","client_email":"found"}`,
		`{"keyString":"s3cr3t","displayName":"found"}`,
		`{"uri":"https://storage.googleapis.com/b/o?X-Goog-Signature=s3cr3t","a":["found"]}`,
	} {
		var c searchtext.Collector
		c.Add([]byte(doc), nil)
		if got := c.String(); strings.Contains(got, "s3cr3t") || !strings.Contains(got, "found") {
			t.Errorf("%s: found %q", doc, got)
		}
	}
}

func TestBoundAndReuse(t *testing.T) {
	t.Parallel()
	var c searchtext.Collector
	c.Add([]byte(`{"a":"`+strings.Repeat("ü ", auditlog.MaxDetail)+`","b":"behind"}`), nil)
	if got := len(c.String()); got > auditlog.MaxDetail || got < auditlog.MaxDetail-2 {
		t.Errorf("%d bytes, want at most %d", got, auditlog.MaxDetail)
	}
	c.Reset()
	keys := ""
	c.Add([]byte(`{"a":1,"b":[true,{"c":"x\u0041"}],"d":null}`), func(key, value []byte) { keys += string(key) + "=" + string(value) + ";" })
	if got, want := c.String()+"|"+keys, "1 true xA|a=1;b=true;c=xA;"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	lean := searchtext.Collector{Lean: true}
	if lean.Add([]byte(`["a"]`), nil); lean.String() != "" {
		t.Errorf("a lean collector found %q", lean.String())
	}
}
