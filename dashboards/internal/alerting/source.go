package alerting

import (
	"fmt"
	"os"
	"path/filepath"

	"go.yaml.in/yaml/v3"
)

// source is a file of alert-rules.
type source struct {
	Groups []struct {
		Name  string
		Rules []original
	}
}

// original is a rule of Prometheus.
type original struct {
	Alert, Record, Expr, For string
	Labels, Annotations      map[string]string
}

// Rules makes the file of rules from those in a folder.
func Rules(dir string) (*File, error) {
	paths, err := filepath.Glob(filepath.Join(dir, "*.yml"))
	if err != nil {
		return nil, err
	}
	f := &File{APIVersion: 1}
	for _, path := range paths {
		text, err := os.ReadFile(path) //nolint:gosec // A folder of the repository.
		if err != nil {
			return nil, err
		}
		var s source
		if err := yaml.Unmarshal(text, &s); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		if err := f.add(&s); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
	}
	f.Groups = append(f.Groups, activity())
	return f, nil
}

func (f *File) add(s *source) error {
	for _, from := range s.Groups {
		g := Group{OrgID: 1, Name: from.Name, Folder: Folder, Interval: "1m"}
		for i := range from.Rules {
			if from.Rules[i].Alert == "" {
				continue // It records; Grafana asks for what it recorded.
			}
			r, err := translated(&from.Rules[i])
			if err != nil {
				return fmt.Errorf("%s: %w", from.Rules[i].Alert, err)
			}
			g.Rules = append(g.Rules, r)
		}
		if len(g.Rules) > 0 {
			f.Groups = append(f.Groups, g)
		}
	}
	return nil
}
