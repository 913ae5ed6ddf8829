package gcp_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/collect/gcp"
	"github.com/leastward/leastward/internal/collect/records"
)

// envelope puts entries into one of the shapes in which logs come.
type envelope struct {
	name string
	wrap func(entries []string) string
}

func each(f func(entry string) string) func([]string) string {
	return func(entries []string) string {
		var b strings.Builder
		for _, e := range entries {
			b.WriteString(f(e) + "\n")
		}
		return b.String()
	}
}

func envelopes() []envelope {
	return []envelope{
		{"lines", each(func(e string) string { return e })},
		{"array", func(all []string) string { return "[" + strings.Join(all, ",") + "]" }},
		{"answer", func(all []string) string { return `{"entries":[` + strings.Join(all, ",") + `],"nextPageToken":"x"}` }},
		{"pushed", each(func(e string) string {
			return `{"message":{"attributes":{"logging.googleapis.com/timestamp":"x"},"data":"` + base64.StdEncoding.EncodeToString([]byte(e)) + `","messageId":"1"},"subscription":"s"}`
		})},
		{"pulled", func(all []string) string {
			for i, e := range all {
				all[i] = `{"ackId":"a","message":{"data":"` + base64.StdEncoding.EncodeToString([]byte(e)) + `"}}`
			}
			return `{"receivedMessages":[` + strings.Join(all, ",") + `]}`
		}},
		{"as events of Eventarc", each(func(e string) string {
			return `{"data":{"message":{"data":"` + base64.URLEncoding.EncodeToString([]byte(e)) + `"}}}`
		})},
		{"in a shipper's message", each(func(e string) string { return `{"@timestamp":"2025-01-01T00:00:00Z","message":` + text(e) + `}` })},
		{"in a shipper's source", each(func(e string) string { return `{"_index":"i","_source":` + e + `}` })},
		{"in snake case", each(snaked)},
		{"with the type renamed", each(func(e string) string { return strings.ReplaceAll(e, `"@type"`, `"at_sign_type"`) })},
		{"as jsonPayload", each(func(e string) string { return strings.Replace(e, `"protoPayload"`, `"jsonPayload"`, 1) })},
		{"rows of BigQuery", each(row)},
		{"indented", each(func(e string) string {
			var b bytes.Buffer
			_ = json.Indent(&b, []byte(e), "", "  ") // It is JSON.
			return b.String()
		})},
	}
}

func text(e string) string {
	b, _ := json.Marshal(e) // A string always has a form.
	return string(b)
}

// snaked writes the keys of an entry in snake case, but not those of a request.
func snaked(e string) string {
	before, request, _ := strings.Cut(e, `"request":`)
	return regexp.MustCompile(`"([a-z]+[A-Z][A-Za-z]*)":`).ReplaceAllStringFunc(before, func(k string) string {
		return strings.ToLower(regexp.MustCompile(`[A-Z]`).ReplaceAllStringFunc(k, func(c string) string { return "_" + c }))
	}) + `"request":` + request
}

// row writes an entry as BigQuery's export does.
func row(e string) string {
	var v map[string]any
	d := json.NewDecoder(strings.NewReader(e))
	d.UseNumber()
	if err := d.Decode(&v); err != nil {
		panic(err)
	}
	p := v["protoPayload"].(map[string]any)
	request, _ := json.Marshal(p["request"])
	delete(p, "request")
	delete(p, "@type")
	p["requestJson"], p["responseJson"], p["metadataJson"] = string(request), nil, nil
	for _, c := range p["authorizationInfo"].([]any) {
		c.(map[string]any)["granted"] = fmt.Sprint(c.(map[string]any)["granted"])
	}
	v["protopayload_auditlog"], v["textPayload"] = p, nil
	v["timestamp"] = strings.Replace(strings.Replace(v["timestamp"].(string), "T", " ", 1), "Z", " UTC", 1)
	delete(v, "protoPayload")
	out, _ := json.Marshal(v) // It came from JSON.
	return string(out)
}

// drawEntry makes an entry of an audit log.
func drawEntry(t *rapid.T, i int) string {
	pick := func(name string, of ...string) string { return rapid.SampledFrom(of).Draw(t, name) }
	return fmt.Sprintf(`{"insertId":"i%d","logName":"projects/p/logs/cloudaudit.googleapis.com%%2F%s","timestamp":"2025-01-01T00:00:0%d.%06dZ",`+
		`"resource":{"type":"gce_instance","labels":{"project_id":"p","zone":"us-central1-a"}},%s"protoPayload":{"@type":"type.googleapis.com/google.cloud.audit.AuditLog",`+
		`%s"authenticationInfo":{"principalEmail":"%s"%s},"requestMetadata":{"callerIp":"203.0.113.%d","callerSuppliedUserAgent":"g/1 (\"x\") \\"},`+
		`"serviceName":"compute.googleapis.com","methodName":"%s","resourceName":"projects/p/zones/z/instances/%s",`+
		`"authorizationInfo":[{"permission":"compute.instances.%s","granted":%v,"resourceAttributes":{"service":"compute","name":"projects/p/zones/z/instances/i","type":"compute.instances"}}],`+
		`"request":{"count":%d,"labels":[{"key":"k","value":"ü✓"}],"name":"n%d"}}}`,
		i, pick("log", "activity", "data_access"), i%10, rapid.IntRange(0, 999999).Draw(t, "micro"),
		pick("operation", "", `"operation":{"id":"o","first":true},`, `"operation":{"id":"o","last":true},`),
		pick("status", "", `"status":{},`, `"status":{"code":7,"message":"no \"way\""},`, `"status":{"code":5,"message":"gone"},`),
		pick("who", "Alice@example.com", "a@p.iam.gserviceaccount.com", "service-1@gcp-sa-logging.iam.gserviceaccount.com"),
		pick("for", "", `,"serviceAccountDelegationInfo":[{"firstPartyPrincipal":{"principalEmail":"bob@example.com"}}]`, `,"serviceAccountKeyName":"//iam.googleapis.com/projects/p/serviceAccounts/a/keys/k"`),
		rapid.IntRange(0, 255).Draw(t, "address"), pick("method", "v1.compute.instances.insert", "beta.compute.instances.get"),
		pick("name", "i", "j"), pick("verb", "create", "get"), rapid.Bool().Draw(t, "granted"), rapid.IntRange(0, 9).Draw(t, "count"), i)
}

// TestEnvelopesDoNotMatter reads the same entries in every shape: the events
// are the same.
func TestEnvelopesDoNotMatter(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		entries := make([]string, rapid.IntRange(1, 5).Draw(t, "entries"))
		for i := range entries {
			entries[i] = drawEntry(t, i)
		}
		want, stats := parsed(t, strings.Join(entries, "\n"))
		if int(stats.Parsed) != len(entries) || stats.In != stats.Parsed {
			t.Fatalf("%d entries: %+v", len(entries), stats)
		}
		for _, e := range envelopes() {
			got, stats := parsed(t, e.wrap(append([]string{}, entries...)))
			if diff := cmp.Diff(want, got); diff != "" {
				t.Fatalf("%s: %+v (-want +got):\n%s", e.name, stats, diff)
			}
		}
	})
}

func parsed(t *rapid.T, doc string) ([]auditlog.Event, records.Stats) {
	var out []auditlog.Event
	stats, _, err := gcp.ParseEvents(t.Context(), strings.NewReader(doc), "doc", records.Options{Now: now}, func(ev *auditlog.Event) error {
		e := *ev
		e.Resources = append([]auditlog.Resource{}, ev.Resources...)
		out = append(out, e)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out, stats
}

// FuzzParseEvents reads anything: it ends, and the counts add up.
func FuzzParseEvents(f *testing.F) {
	entry := audit(`"status":{"code":7},"authorizationInfo":[{"permission":"storage.buckets.get"}],"request":{"a":[1,"b"]}`)
	for _, e := range envelopes() {
		if e.name != "rows of BigQuery" {
			f.Add(e.wrap([]string{entry}))
		}
	}
	f.Add(`{"protopayload_auditlog":{"methodName":"m","requestJson":"{\"a\":","metadataJson":"[]"},"timestamp":1.7e9}`)
	f.Add(`{"logName":"x","timestamp":{"seconds":"1735689600","nanos":5},"proto_payload":{"method_name":"a.b"},"split":{"index":7}}`)
	f.Fuzz(func(t *testing.T, doc string) {
		list, _, _ := events(t, doc)
		for _, ev := range list {
			if ev.ID == "" || ev.Time.IsZero() || ev.Name == "" || (len(ev.Actions) > 0) != (ev.Mapping == auditlog.Mapped) {
				t.Errorf("an event that is not whole: %+v", ev)
			}
		}
	})
}
