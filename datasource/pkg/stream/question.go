package stream

import (
	"encoding/json"
	"strings"

	"github.com/grafana/grafana-plugin-sdk-go/backend"

	"github.com/leastward/leastward/datasource/pkg/model"
	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/internal/auditlog/query"
)

// followed is what a stream is of.
type followed struct {
	ask   api.TailQuestion
	where *query.Node
}

// question reads the query of a stream.
func question(raw json.RawMessage) (*followed, error) {
	q, err := model.Decode(&backend.DataQuery{JSON: raw})
	if err != nil {
		return nil, err
	}
	if q.Type != model.Audit {
		return nil, model.Wrong("queryType", "only audit queries can be followed live")
	}
	if err := q.Variables(); err != nil {
		return nil, err
	}
	f := &followed{ask: api.TailQuestion{Clouds: q.Scope.Clouds, Systems: q.Scope.Systems, Folders: q.Scope.Folders}}
	if saved := q.Audit.Linked(); saved != nil {
		f.ask.Saved = saved.ID
		return f, nil
	}
	return f, f.conditions(&q.Audit)
}

// conditions takes the conditions of a query. Its limit and order have no
// meaning for what is yet to come.
func (f *followed) conditions(a *model.AuditQuery) error {
	var tree query.Query
	switch {
	case a.Editor == model.EditorBuilder && a.Query != nil:
		tree = *a.Query
	case a.Editor == model.EditorText && strings.TrimSpace(a.Text) != "":
		var err error
		if tree, err = query.Parse(a.Text); err != nil {
			return err
		}
	}
	if tree.Group != nil || tree.Series != nil {
		return problem(errNotEvents)
	}
	only := query.Query{Where: tree.Where}
	if err := only.Validate(); err != nil {
		return err
	}
	if f.where = tree.Where.Active(); f.where != nil {
		f.ask.Text = only.String()
	}
	return nil
}
