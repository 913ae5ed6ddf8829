package tables

import (
	"maps"
	"slices"
	"strings"

	"github.com/leastward/leastward/datasource/pkg/model"
)

// executed is what was asked, for the query inspector.
func executed(t *model.TableQuery, s *model.Scope) string {
	var b strings.Builder
	b.WriteString(t.Name)
	chosen(&b, filters(t.Filters))
	if t.Search != "" {
		b.WriteString(" search=" + t.Search)
	}
	for _, o := range t.Sort {
		b.WriteString(" sort=")
		if o.Descending {
			b.WriteString("-")
		}
		b.WriteString(o.By)
	}
	places(&b, s)
	return b.String()
}

func chosen(b *strings.Builder, filters map[string][]string) {
	for _, name := range slices.Sorted(maps.Keys(filters)) {
		b.WriteString(" " + name + "=" + strings.Join(filters[name], ","))
	}
}

func places(b *strings.Builder, s *model.Scope) {
	for _, c := range s.Clouds {
		b.WriteString(" cloud=" + string(c))
	}
	for _, id := range s.Systems {
		b.WriteString(" system=" + string(id))
	}
	for _, f := range s.Folders {
		b.WriteString(" folder=" + f)
	}
}
