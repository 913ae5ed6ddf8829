package deliver

import (
	"fmt"
	"strings"

	"github.com/leastward/leastward/internal/report"
	"github.com/leastward/leastward/internal/report/render"
)

// Compose renders r in every format and writes the mail's text: scope,
// warnings and the key figures, so that a reader knows whether to open the
// attachment.
func Compose(r *report.Report, formats []render.Format) (*Message, error) {
	m := &Message{
		Subject: fmt.Sprintf("%s as of %s", r.Title, r.AsOf.UTC().Format("2 January 2006, 15:04 UTC")),
		Text:    summary(r),
		Date:    r.AsOf,
	}
	for _, f := range formats {
		data, err := render.Bytes(r, f)
		if err != nil {
			return nil, err
		}
		m.Files = append(m.Files, File{Name: render.FileName(r, f), ContentType: f.ContentType(), Data: data})
	}
	return m, nil
}

func summary(r *report.Report) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\nData as of %s\n\n", r.Title, r.AsOf.UTC().Format("2006-01-02 15:04 UTC"))
	for _, w := range r.Warnings {
		fmt.Fprintf(&b, "! %s\n", report.Visible(w, nil))
	}
	if len(r.Warnings) > 0 {
		b.WriteByte('\n')
	}
	fmt.Fprintf(&b, "Authorization systems: %d\n", len(r.Scope.Systems))
	for i := range r.Sections {
		for _, f := range r.Sections[i].Figures {
			b.WriteString(figureLine(f))
		}
	}
	fmt.Fprintf(&b, "\nContent hash (SHA-256 of the JSON form): %s\n", r.Hash())
	return b.String()
}

func figureLine(f report.Figure) string {
	line := report.Visible(f.Name+": "+f.Value.Human(1), nil)
	if f.Note != "" {
		line += " (" + report.Visible(f.Note, nil) + ")"
	}
	return line + "\n"
}
