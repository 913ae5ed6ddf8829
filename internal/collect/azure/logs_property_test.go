package azure_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/collect/azure"
	"github.com/leastward/leastward/internal/collect/records"
)

func ignore(*auditlog.Event) error { return nil }

// happening is something of which the Activity Log has a record.
type happening struct {
	at                                 time.Time
	operation, resource, login, object string
	status, sub                        string // As diagnostic settings write them.
	correlation, id, address           string
	refused                            bool
}

func drawHappening(t *rapid.T) happening {
	cat := catalog.Azure()
	word := rapid.StringMatching(`[a-zA-Z][a-zA-Z0-9-]{0,8}`)
	h := happening{
		at:          time.Unix(rapid.Int64Range(1.5e9, 1.7e9).Draw(t, "second"), 100*rapid.Int64Range(0, 1e7-1).Draw(t, "ticks")).UTC(),
		operation:   string(cat.Info(rapid.IntRange(0, cat.Len()-1).Draw(t, "operation")).Action),
		resource:    "/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/" + word.Draw(t, "group") + "/providers/Microsoft.Compute/disks/" + word.Draw(t, "name"),
		login:       word.Draw(t, "login") + "@shop.example",
		object:      rapid.StringMatching(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`).Draw(t, "object"),
		correlation: word.Draw(t, "correlation"), id: strings.ToLower(word.Draw(t, "id")), address: "203.0.113.7",
		status: rapid.SampledFrom([]string{"Success", "Start", "Accept", "Failure"}).Draw(t, "status"),
	}
	if h.status == "Failure" {
		h.sub = rapid.SampledFrom([]string{"Forbidden", "Conflict", "BadRequest"}).Draw(t, "sub")
		h.refused = h.sub == "Forbidden"
	}
	return h
}

type m = map[string]any

func (h *happening) claims() m {
	return m{"http://schemas.microsoft.com/identity/claims/objectidentifier": h.object, "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn": h.login}
}

func (h *happening) authorization() m { return m{"action": h.operation, "scope": h.resource} }

func (h *happening) diagnostic() m {
	prefix := map[string]string{"Success": "Succeeded.", "Start": "Started.", "Accept": "Accepted.", "Failure": "Failed."}[h.status]
	return m{
		"time": h.at.Format("2006-01-02T15:04:05.0000000Z"), "resourceId": strings.ToUpper(h.resource), "operationName": strings.ToUpper(h.operation), "category": "Administrative",
		"resultType": h.status, "resultSignature": prefix + h.sub, "callerIpAddress": h.address, "correlationId": h.correlation,
		"identity": m{"authorization": h.authorization(), "claims": h.claims()}, "location": "global", "properties": m{"eventDataId": h.id, "statusCode": h.sub},
	}
}

func (h *happening) rest() m {
	status := map[string]string{"Success": "Succeeded", "Start": "Started", "Accept": "Accepted", "Failure": "Failed"}[h.status]
	named := func(s string) m { return m{"value": s, "localizedValue": "translated " + s} }
	return m{
		"eventTimestamp": h.at.Format(time.RFC3339Nano), "resourceId": h.resource, "operationName": named(h.operation), "category": named("Administrative"),
		"status": named(status), "subStatus": named(h.sub), "httpRequest": m{"clientIpAddress": h.address}, "correlationId": h.correlation, "eventDataId": h.id,
		"caller": h.login, "authorization": h.authorization(), "claims": h.claims(), "subscriptionId": production,
	}
}

func (h *happening) row() m {
	text := func(v m) string {
		b, _ := json.Marshal(v) // Strings marshal.
		return string(b)
	}
	return m{
		"TimeGenerated": h.at.Format("2006-01-02T15:04:05.0000000Z"), "_ResourceId": strings.ToLower(h.resource), "ResourceId": "", "OperationNameValue": strings.ToUpper(h.operation),
		"OperationName": "Translated", "CategoryValue": "Administrative", "ActivityStatusValue": h.status, "ActivitySubstatusValue": h.sub, "CallerIpAddress": h.address,
		"CorrelationId": h.correlation, "EventDataId": h.id, "Caller": h.login, "Authorization": text(h.authorization()), "Claims": text(h.claims()), "Type": "AzureActivity",
		"TenantId": "workspace", "SubscriptionId": production,
	}
}

// Whatever happens, its records in the three shapes are the same event, and it
// is a use only if it succeeded or failed for another reason than a refusal.
func TestShapesAgree(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		h := drawHappening(t)
		var first *auditlog.Event
		for _, record := range []m{h.diagnostic(), h.rest(), h.row()} {
			text, err := json.Marshal(record)
			if err != nil {
				t.Fatal(err)
			}
			var got auditlog.Event
			stats, problems, err := azure.ParseEvents(t.Context(), strings.NewReader(string(text)), "x", records.Options{Now: now}, func(ev *auditlog.Event) error {
				got = *ev
				return nil
			})
			if err != nil || stats.Parsed != 1 {
				t.Fatal(err, problems)
			}
			if first == nil {
				first = &got
				h.check(t, first)
				continue
			}
			if diff := cmp.Diff(first, &got, cmpopts.IgnoreFields(auditlog.Event{}, "Detail")); diff != "" {
				t.Fatalf("%s\n%s", text, diff)
			}
		}
	})
}

func (h *happening) check(t *rapid.T, ev *auditlog.Event) {
	begun := h.status == "Start" || h.status == "Accept"
	if !ev.Time.Equal(h.at) || string(ev.Identity) != h.object || ev.IdentityName != h.login || ev.ID != h.id || len(ev.Resources) != 1 || string(ev.Resources[0].ID) != h.resource {
		t.Fatalf("%+v is not %+v", ev, h)
	}
	if (ev.Outcome == auditlog.AuthorizationFailure) != h.refused || begun && ev.Mapping != auditlog.NotPermissionBearing {
		t.Fatalf("%s %s: %s, mapping %v", h.status, h.sub, ev.Outcome, ev.Mapping)
	}
	if !begun && ev.Mapping == auditlog.Mapped && string(ev.Actions[0]) != h.operation {
		t.Fatalf("%v, want %s", ev.Actions, h.operation)
	}
}
