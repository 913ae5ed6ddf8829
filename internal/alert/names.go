package alert

// The names of the labels. Alertname, severity and playbook stand on every
// alert; the others say what it is about, see [Scope].
const (
	LabelAlertname    = "alertname"
	LabelSeverity     = "severity"
	LabelPlaybook     = "playbook"
	LabelCloud        = "cloud"
	LabelSystem       = "system"
	LabelCategory     = "category"
	LabelFinding      = "finding"
	LabelIdentity     = "identity"
	LabelIdentityType = "identity_type"
	LabelResource     = "resource" // Access key id, ARN of a bucket or the like; optional unless there is no identity.
	LabelOwner        = "owner"    // Team that Alertmanager routes to; optional.
)

// The names of the annotations. All three stand on every alert.
const (
	AnnotationSummary     = "summary"
	AnnotationDescription = "description"
	AnnotationRunbookURL  = "runbook_url"
)

// RunbookBase is where the runbooks are published; a runbook_url is this and
// the name of a file in docs/runbooks.
const RunbookBase = "https://github.com/leastward/leastward/blob/main/docs/runbooks/"

// Annotations returns the names of the annotations that every alert carries.
func Annotations() []string {
	return []string{AnnotationSummary, AnnotationDescription, AnnotationRunbookURL}
}

// Severity tells how soon a person should look.
type Severity string

// The severities.
const (
	Critical Severity = "critical" // Now: the suite is blind or risk is acute.
	Warning  Severity = "warning"  // In working hours.
	Info     Severity = "info"     // When convenient.
)

// Severities returns all severities, the most urgent first.
func Severities() []Severity { return []Severity{Critical, Warning, Info} }
