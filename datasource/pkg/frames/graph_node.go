package frames

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"github.com/leastward/leastward/internal/auditlog/trace"
)

// kindName is what a node is, in a word.
func kindName(n *trace.Node) string {
	return strings.ReplaceAll(cmp.Or(n.Type, string(n.Kind)), "_", " ")
}

// The node graph takes colours as CSS does. These are of Grafana's palette and
// can be seen on light and on dark; CSS's own blue cannot:
// https://github.com/grafana/grafana/blob/main/packages/grafana-data/src/themes/createVisualizationColors.ts.
const (
	blue   = "#5794F2"
	green  = "#73BF69"
	orange = "#FF9830"
	purple = "#B877D9"
	red    = "#F2495C"
	grey   = "#8E8E8E"
)

// colourOf marks the start and what is suspicious.
func colourOf(n *trace.Node) string {
	switch {
	case n.Start:
		return blue
	case n.Suspicious():
		return red
	case n.Kind == trace.Resource, n.Kind == trace.Service:
		return purple
	case n.Kind == trace.Address:
		return orange
	}
	return green
}

// iconOf returns an icon of Grafana's: https://developers.grafana.com/ui/latest/index.html?path=/story/iconography-icon--icons-overview.
func iconOf(k trace.NodeKind) string {
	switch k {
	case trace.Identity:
		return "user"
	case trace.Session:
		return "clock-nine"
	case trace.AccessKey:
		return "key-skeleton-alt"
	case trace.Address:
		return "globe"
	case trace.Resource:
		return "database"
	case trace.Service:
		return "cloud"
	case trace.Account:
		return "building"
	case trace.More:
	}
	return "ellipsis-v"
}

func edgeColour(e *trace.Edge) string {
	switch e.Kind {
	case trace.CreatedCredential, trace.CreatedIdentity, trace.ChangedPolicy, trace.SharedResource, trace.PassedRole, trace.RanCode,
		trace.SensitiveRead, trace.WeakenedDefences, trace.Removed, trace.Deleted:
		return red
	case trace.Refused:
		return orange
	case trace.ActedFrom, trace.UsedKey, trace.SessionOf, trace.RunsAs, trace.SignedIn, trace.AssumedRole, trace.Discovery, trace.Other:
	}
	return grey
}

func membersOf(n *trace.Node) string {
	text := strings.Join(n.Members, ", ")
	if more := n.MembersTotal - len(n.Members); more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}

func callsOf(e *trace.Edge) string {
	texts := make([]string, len(e.Calls))
	for i, c := range e.Calls {
		texts[i] = fmt.Sprintf("%s ×%d", c.Name, c.Count)
	}
	text := strings.Join(texts, ", ")
	if more := e.CallsTotal - len(e.Calls); more > 0 {
		text += fmt.Sprintf(" and %d other calls", more)
	}
	return text
}

func instant(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}
