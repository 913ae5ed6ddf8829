package command_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/leastward/leastward/exporter/internal/command"
	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/internal/auditlog/trace"
)

func TestTraceAsksTheExporter(t *testing.T) {
	t.Parallel()
	var asked trace.Start
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := json.NewDecoder(r.Body).Decode(&asked); err != nil || r.Method != http.MethodPost || r.URL.Path != api.AuditTracePath {
			http.Error(w, "not here", http.StatusNotFound)
			return
		}
		_ = json.NewEncoder(w).Encode(trace.Graph{Events: 7, Nodes: []trace.Node{{ID: "access_key:AKIA1", Kind: trace.AccessKey, Type: "access key", Title: "AKIA1", Start: true, Events: 7}}})
	}))
	defer server.Close()
	var out, errs bytes.Buffer
	if code := command.Run([]string{"trace", "--url", server.URL, "--access-key", "AKIA1", "--since", "7d", "--system", "111122223333"}, &out, &errs); code != 0 {
		t.Fatalf("exit code %d: %s", code, errs.String())
	}
	if !strings.Contains(out.String(), "access key AKIA1 (7 events)") {
		t.Errorf("output:\n%s", out.String())
	}
	if asked.AccessKey != "AKIA1" || len(asked.Systems) != 1 || asked.To.Sub(asked.From) != 7*24*time.Hour || time.Since(asked.To) > time.Hour {
		t.Errorf("asked %+v", asked)
	}
	if code := command.Run([]string{"trace", "--url", server.URL + "/elsewhere", "--access-key", "AKIA1"}, &out, &errs); code == 0 || !strings.Contains(errs.String(), "ask the exporter for a trace") {
		t.Errorf("exit code %d: %s", code, errs.String())
	}
}
