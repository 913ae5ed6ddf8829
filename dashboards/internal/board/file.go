package board

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/leastward/leastward/dashboards/internal/ask"
	"github.com/leastward/leastward/dashboards/internal/grafana"
)

// Files returns the dashboards as JSON, by file name. The error says which panel
// asks for what can not be asked.
func Files() (map[string][]byte, error) {
	out := map[string][]byte{}
	for _, d := range All() {
		if err := problems(&d); err != nil {
			return nil, err
		}
		text, err := encode(&d)
		if err != nil {
			return nil, fmt.Errorf("encode %s: %w", d.UID, err)
		}
		out[d.UID+".json"] = text
	}
	return out, nil
}

func problems(d *grafana.Dashboard) error {
	var all []error
	for i := range d.Panels {
		for _, target := range d.Panels[i].Targets {
			if q, ok := target.(ask.Query); ok && q.Problem != nil {
				all = append(all, fmt.Errorf("%s: panel %q: %w", d.UID, d.Panels[i].Title, q.Problem))
			}
		}
	}
	return errors.Join(all...)
}

// encode writes JSON as Grafana exports it.
func encode(d *grafana.Dashboard) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	err := e.Encode(d)
	return b.Bytes(), err
}
