package web_test

import (
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"github.com/leastward/leastward/exporter/internal/onboard"
	"github.com/leastward/leastward/exporter/internal/web"
	"github.com/leastward/leastward/internal/entitlement"
)

// The pages show how far each system has come, also of those that are not
// collected, which have no page of their own.
func TestPagesShowTheStateOfOnboarding(t *testing.T) {
	t.Parallel()
	aws := func(id entitlement.SystemID) entitlement.System {
		return entitlement.System{Cloud: entitlement.AWS, ID: id, Name: "name of " + string(id)}
	}
	states := []onboard.Status{
		{System: aws("111111111111"), State: onboard.Onboarded},
		{System: aws("222222222222"), State: onboard.Offline, Reason: "assume role: access denied"},
		{System: aws("333333333333"), State: onboard.Pending, Reason: "it was <not> picked"},
		{System: aws("444444444444"), State: onboard.InProgress},
		{System: entitlement.System{Cloud: entitlement.GCP, ID: "111111111111"}, State: onboard.Discovering, Reason: "still looking"},
	}
	h := web.Handler(web.Options{
		Snapshot: snapshot, Assessors: assessors, Metrics: http.NotFoundHandler(), Version: "v1", Now: now, Logger: slog.New(slog.DiscardHandler),
		Onboarding: func() []onboard.Status { return states },
	})
	page := do(t, h, http.MethodGet, "/").Body.String()
	for _, want := range []string{
		"<span>onboarded</span>", `<span class="bad">offline</span>`, "<span>pending</span>", "it was &lt;not&gt; picked", "name of 333333333333",
		"<span>in progress</span>", "<span>discovering</span>", "still looking", `<a href="/systems/aws/222222222222">`,
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the overview lacks %s", want)
		}
	}
	if strings.Contains(page, "/systems/aws/333333333333") || strings.Contains(page, "/systems/gcp/111111111111") {
		t.Error("a system that is not collected has a link to its page")
	}
	if n := strings.Count(page, "assume role: access denied"); n != 1 {
		t.Errorf("the failure is told %d times", n)
	}
	if page := do(t, h, http.MethodGet, "/systems/aws/222222222222").Body.String(); !strings.Contains(page, `<span class="bad">offline</span>`) {
		t.Error("the page of a system lacks its state")
	}
}
