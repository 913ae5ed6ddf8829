package gcp

import (
	"cmp"
	"strings"
	"time"

	"github.com/leastward/leastward/internal/collect/records"
	"github.com/leastward/leastward/internal/entitlement"
)

// workload is something that runs as a service account.
type workload struct {
	src     *source
	name    string // Full name, as written.
	title   string
	kind    entitlement.Kind
	runsAs  string // An address; where it is empty, one of the defaults below.
	compute bool   // The default is that of Compute Engine, else that of App Engine.
	nobody  bool   // It has no service account.
	created time.Time
	tags    map[string]string
}

func (b *builder) workload(src *source, w *workload, o object, created string) {
	var err error
	if w.created, err = o.time(created); err != nil {
		b.problem(src.within(", %s", w.name), records.BadTime, "%v: it is unknown", err)
	}
	w.src, w.runsAs = src, strings.ToLower(lastOf(w.runsAs))
	b.workloads = append(b.workloads, w)
	b.present(w.name)
}

// function takes a function of Cloud Functions, first and second generation.
// https://cloud.google.com/functions/docs/reference/rest/v1/projects.locations.functions,
// https://cloud.google.com/functions/docs/reference/rest/v2/projects.locations.functions
func (b *builder) function(src *source, o object, _ *around) {
	w := &workload{
		name: cmp.Or(o.text(fullNameKey), "//cloudfunctions.googleapis.com/"+relative(o.text("name"))), kind: entitlement.Function,
		runsAs: cmp.Or(o.text("serviceAccountEmail"), o.object("serviceConfig").text("serviceAccountEmail")),
		tags:   o.labels(),
	}
	w.compute = o.object("serviceConfig") != nil || o.text("environment") == "GEN_2"
	w.title = lastOf(w.name)
	b.runs[runKey(w.name)] = true
	b.workload(src, w, o, "createTime") // The first generation has none.
}

// runKey tells a function and the service that carries it by the same key:
// "projects/p/us-central1/name".
func runKey(full string) string {
	_, rest, _ := strings.Cut(strings.TrimPrefix(full, "//"), "/")
	parts := strings.Split(rest, "/")
	if len(parts) != 6 {
		return full
	}
	return parts[0] + "/" + parts[1] + "/" + parts[3] + "/" + parts[5]
}

// service takes a service or job of Cloud Run.
// https://cloud.google.com/run/docs/reference/rest/v2/projects.locations.services
func (b *builder) service(src *source, o object, _ *around) {
	template := o.object("template")
	if inner := template.object("template"); inner != nil {
		template = inner // Of a job.
	}
	w := &workload{
		name: cmp.Or(o.text(fullNameKey), "//run.googleapis.com/"+relative(o.text("name"))), kind: entitlement.Function,
		runsAs: template.text("serviceAccount"), compute: true, tags: o.labels(),
	}
	w.title = lastOf(w.name)
	b.workload(src, w, o, "createTime")
}

// runAsset takes what assets of Cloud Run have: the first version's form.
func (b *builder) runAsset(src *source, o object, a *around) {
	if o.has("template") {
		b.service(src, o, a)
		return
	}
	b.knative(src, o, a)
}

// knative takes a service or job of Cloud Run in its first version's form.
// https://cloud.google.com/run/docs/reference/rest/v1/namespaces.services
func (b *builder) knative(src *source, o object, _ *around) {
	meta, spec := o.object("metadata"), o.object("spec", "template", "spec")
	if inner := spec.object("template", "spec"); inner != nil {
		spec = inner // Of a job.
	}
	name, space := meta.text("name"), meta.text("namespace")
	region := meta.object("labels").text("cloud.googleapis.com/location")
	plural := strings.ToLower(cmp.Or(o.text("kind"), "Service")) + "s"
	full := o.text(fullNameKey)
	switch {
	case full != "":
	case name == "" || space == "" || region == "":
		b.reject(src, records.MissingField, "metadata.name, metadata.namespace or the label cloud.googleapis.com/location is missing; "+
			"export the service again")
		return
	default:
		full = "//run.googleapis.com/projects/" + space + "/locations/" + region + "/" + plural + "/" + name
	}
	w := &workload{
		name: full, title: cmp.Or(name, lastOf(full)), kind: entitlement.Function, runsAs: spec.text("serviceAccountName"),
		compute: true, tags: meta.labels(),
	}
	b.workload(src, w, meta, "creationTimestamp")
}
