package azure

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/messaging/azeventhubs/v2"

	"github.com/leastward/leastward/internal/entitlement"
)

// hubPermission is what reading a hub needs; Azure Event Hubs Data Receiver has
// it.
// https://learn.microsoft.com/azure/event-hubs/authorize-access-azure-active-directory
const hubPermission = "Microsoft.EventHub/namespaces/messages/receive/action"

var (
	errHubSilent = errors.New("messages that the event hub has did not come in time")
	errHubMuch   = errors.New("there are more messages than one collection reads")
)

// failed reports that a partition, or with "" the hub, can't be read. An error
// is the context's.
func (h *hubReading) failed(ctx context.Context, partition string, err error) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	h.report(ctx, h.problem(partition, err))
	return nil
}

func (h *hubReading) problem(partition string, err error) entitlement.Problem {
	subject, effect := h.mark.Name, "events in the event hub aren't read yet"
	if partition != "" {
		subject += "/" + partition
	}
	p := problemOf(CodeEventHub, subject, hubPermission, effect, err)
	if isHubRefused(err) {
		p.Permission = hubPermission
		p.Message = effect + ". Assign the role Azure Event Hubs Data Receiver on the event hub to the collecting application (docs/permissions-azure.md), " +
			"and see that the network rules of the namespace admit the exporter; the refusal: " + reason(err)
	}
	return p
}

// isHubRefused tells that the service doesn't let the application in. A failed
// sign-in is another thing.
func isHubRefused(err error) bool {
	if code := statusOf(err); code == http.StatusForbidden || code == http.StatusUnauthorized {
		return true
	}
	e, ok := errors.AsType[*azeventhubs.Error](err)
	return ok && !isExpired(err) && e.Code == azeventhubs.ErrorCodeUnauthorizedAccess
}

// gap reports messages that the hub dropped before they were read.
func (h *hubReading) gap(ctx context.Context, partition string, after int64, next *HubMessage) {
	if next.Sequence == after+1 {
		return
	}
	if _, known := h.mark.Read[partition]; known {
		h.lost(ctx, partition, fmt.Sprintf("messages %d to %d were dropped before they were read", after+1, next.Sequence-1), next.Enqueued)
	}
	h.mark.missed(next.Enqueued)
}

// lost reports that events before a time may be missing.
func (h *hubReading) lost(ctx context.Context, partition, why string, before time.Time) {
	whole := h.complete
	h.report(ctx, entitlement.Problem{
		Code: CodeEventHubPartial, Subject: h.mark.Name + "/" + partition,
		Message: fmt.Sprintf("%s: events before %s may be missing. Reading goes on with the earliest message; let the event hub keep messages longer than the pause between collections",
			why, stamp(before)),
	})
	h.complete = whole // All that there is can still be read.
	h.mark.missed(before)
}
