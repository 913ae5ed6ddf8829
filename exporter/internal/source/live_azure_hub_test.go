package source_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/leastward/leastward/exporter/internal/config"
	"github.com/leastward/leastward/exporter/internal/source"
	"github.com/leastward/leastward/internal/collect/azure"
)

// eventHub is one partition in memory.
type eventHub struct {
	mu       sync.Mutex // Guards what follows.
	messages []azure.HubMessage
	given    int
}

// send has it get a message with an event of each subscription and a sign-in.
func (h *eventHub) send(n int, at time.Time, subscriptions ...string) {
	list := []string{fmt.Sprintf(`{"time":%q,"category":"SignInLogs","operationName":"Sign-in activity","tenantId":%q,"properties":{"id":"s%d","createdDateTime":%[1]q,"userId":%[4]q,"status":{"errorCode":0}}}`,
		at.Format(time.RFC3339), tenantID, n, annaID)}
	for i, id := range subscriptions {
		list = append(list, fmt.Sprintf(`{"time":%q,"resourceId":"/SUBSCRIPTIONS/%s/RESOURCEGROUPS/R/PROVIDERS/MICROSOFT.STORAGE/STORAGEACCOUNTS/DATA","operationName":"MICROSOFT.STORAGE/STORAGEACCOUNTS/WRITE","category":"Administrative","resultType":"Success","correlationId":"%d-%d","eventDataId":"%[3]d-%[4]d","identity":{"claims":{"http://schemas.microsoft.com/identity/claims/objectidentifier":%q}}}`,
			at.Format(time.RFC3339), strings.ToUpper(id), n, i, annaID))
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.messages = append(h.messages, azure.HubMessage{Sequence: int64(len(h.messages)), Enqueued: at, Body: []byte(`{"records":[` + strings.Join(list, ",") + `]}`)})
}

// Partitions tells of the one.
func (h *eventHub) Partitions(context.Context) ([]azure.HubPartition, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return []azure.HubPartition{{ID: "0", Last: int64(len(h.messages)) - 1, Empty: len(h.messages) == 0}}, nil
}

// Open reads it.
func (h *eventHub) Open(_ context.Context, _ string, after int64) (azure.HubMessages, error) {
	return &hubMessages{h, int(after + 1)}, nil
}

type hubMessages struct {
	*eventHub
	at int
}

// Next gives one message.
func (m *hubMessages) Next(context.Context, int) ([]azure.HubMessage, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.at, m.given = m.at+1, m.given+1
	return m.messages[m.at-1 : m.at], nil
}

// Close has nothing to do.
func (*hubMessages) Close(context.Context) {}

// An event hub is read once for the tenant and all of its subscriptions, from
// where the last reading ended, over restarts.
func TestAzureEventHubIsReadOnce(t *testing.T) {
	t.Parallel()
	c, h := newAzureCloud(t), &eventHub{}
	now := time.Date(2025, 6, 1, 12, 0, 0, 0, time.UTC)
	o := azureOptions(t, c, "automatic", &now)
	o.Sections[0].Live.(*config.AzureLive).Logs = config.AzureLogs{EventHub: &config.AzureEventHub{Namespace: "leastward", Hub: "logs"}}
	o.AzureHub = h
	first, sent := now.Add(-time.Hour), 0
	for round, messages := range []int{5, 0, 3} {
		for range messages {
			h.send(sent, first.Add(time.Duration(sent)*time.Minute), shopSub, stagingID)
			sent++
		}
		sources, err := source.Sources(t.Context(), o)
		if err != nil {
			t.Fatal(err)
		}
		got := readAll(t, sources, now)
		if h.given != sent {
			t.Errorf("round %d: %d messages were given as %d", round, sent, h.given)
		}
		for id, r := range got {
			if int(r.Usage.Counts().Used) != sent || !r.Inventory.FullHistoryFrom.Equal(first) || len(r.Inventory.Problems) > 0 {
				t.Errorf("round %d, %s: %+v from %s, %v", round, id, r.Usage.Counts(), r.Inventory.FullHistoryFrom, r.Inventory.Problems)
			}
		}
		if in := got[shopSub].Events.In + got[stagingID].Events.In; in != 3*messages {
			t.Errorf("round %d: %d records counted, want %d", round, in, 3*messages)
		}
		now = now.Add(time.Hour)
	}
}
