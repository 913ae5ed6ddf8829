package command

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/internal/auditlog/logsql"
	"github.com/leastward/leastward/internal/catalog"
)

// explained prints the tree and the statement. A running exporter is asked where
// its address is given, for it alone knows folders and tags.
func (f *queryFlags) explained(ctx context.Context, e *env, source *openSource, ask *api.AuditQuestion) error {
	if remote, ok := source.auditSource.(*remoteAudit); ok {
		x, err := remote.client.Explain(ctx, ask)
		if err != nil {
			return remote.remedy(err)
		}
		return f.printed(e, ask, x.Text, x.LogsQL, x.From, x.To)
	}
	plan, err := logsql.Compile(ask.Query, logsql.Options{Now: time.Now(), Catalog: catalog.AWS()})
	if err != nil {
		return err
	}
	return f.printed(e, ask, ask.Query.String(), plan.LogsQL, plan.From, plan.To)
}

func (f *queryFlags) printed(e *env, ask *api.AuditQuestion, text, statement string, from, to time.Time) error {
	tree := []byte("(known to the exporter alone)")
	if ask.Query != nil {
		data, err := ask.Query.Encode()
		if err != nil {
			return err
		}
		var b bytes.Buffer
		if err := json.Indent(&b, data, "", "  "); err != nil {
			return fmt.Errorf("indent the query: %w", err)
		}
		tree = b.Bytes()
	}
	_, err := fmt.Fprintf(e.stdout, "Text:\n%s\n\nTime:\nfrom %s to %s\n\nTree:\n%s\n\nLogsQL:\n%s\n",
		text, from.UTC().Format(time.RFC3339), to.UTC().Format(time.RFC3339), tree, statement)
	return err
}
