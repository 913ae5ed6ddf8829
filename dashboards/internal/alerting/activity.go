package alerting

import (
	"strconv"

	"github.com/leastward/leastward/internal/alert"
)

// activity are rules about what the audit log has: they count events of the last
// hour. Unlike triggers they need no configuration of the exporter, and look at
// an hour alone, so that an event which the cloud delivers late is missed.
func activity() Group {
	g := Group{OrgID: 1, Name: "ciem_activity", Folder: Folder, Interval: "5m"}
	for _, one := range []struct {
		name, severity, text, summary, description string
		above                                      int
	}{
		{
			"CiemAuditRootActivity", "critical", "identity_type:Root by_service:false | count by cloud, system",
			"The root user of {{ $labels.cloud }} {{ $labels.system }} was used",
			"The root user of {{ $labels.cloud }} {{ $labels.system }} made {{ printf \"%.0f\" $values.A.Value }} calls within the hour.", 0,
		},
		{
			"CiemAuditRefusedBurst", "warning", "outcome:denied by_service:false | count by cloud, system, username | limit 1000",
			"Many calls of {{ $labels.username }} are refused in {{ $labels.cloud }} {{ $labels.system }}",
			"{{ printf \"%.0f\" $values.A.Value }} calls of {{ $labels.username }} in {{ $labels.cloud }} {{ $labels.system }} were refused within the hour: somebody looks around, or a workload lacks a permission.", 20,
		},
		{
			"CiemAuditWatchStopped", "critical",
			"action:(cloudtrail:StopLogging, cloudtrail:DeleteTrail, cloudtrail:PutEventSelectors, guardduty:DeleteDetector, config:StopConfigurationRecorder, config:DeleteConfigurationRecorder) | count by cloud, system, username, outcome",
			"{{ $labels.username }} tried to stop what watches over {{ $labels.cloud }} {{ $labels.system }}",
			"{{ $labels.username }} called {{ printf \"%.0f\" $values.A.Value }} times within the hour what stops or narrows the logs or the detection of {{ $labels.cloud }} {{ $labels.system }}; outcome: {{ $labels.outcome }}.", 0,
		},
	} {
		r := rule(one.name, "0s", map[string]string{
			alert.LabelSeverity: one.severity, alert.LabelPlaybook: string(alert.ActivityTriggerReview),
		}, nil)
		r.Annotations = map[string]string{
			alert.AnnotationSummary: one.summary, alert.AnnotationDescription: one.description,
			alert.AnnotationRunbookURL: alert.RunbookBase + string(alert.ActivityTriggerReview) + ".md",
		}
		r.ExecErrState, r.Condition = "KeepLast", "B"
		r.Data = []Query{
			asked("audit", "audit", map[string]any{"editor": "text", "format": "groups", "text": one.text}, 3600),
			calculated("B", "$A > "+strconv.Itoa(one.above)),
		}
		g.Rules = append(g.Rules, r)
	}
	return g
}
