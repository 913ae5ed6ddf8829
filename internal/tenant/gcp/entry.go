package gcp

import (
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/leastward/leastward/internal/tenant/draw"
	"github.com/leastward/leastward/internal/tenant/files"
)

// entries writes the entries of a call: one, or the first and the last of a
// long-running operation.
// See https://cloud.google.com/logging/docs/audit/understanding-audit-logs.
func (o *Organization) entries(x *identity, s step, from string, r *rand.Rand, log *files.Log) {
	e := entry{log: s.call.log(), from: from, resource: x.fill(s.call.resource, r)}
	if !s.call.long || s.code != 0 {
		log.Add(file(e.log, s.at), s.at, o.entry(x, s, e, r))
		return
	}
	id := "operation-" + draw.HexID(r, "", 13) + "-" + draw.HexID(r, "", 13)
	e.operation = fmt.Sprintf(`,"operation":{"id":%q,"producer":%q,"first":true}`, id, s.call.service)
	log.Add(file(e.log, s.at), s.at, o.entry(x, s, e, r))
	ended := s
	if ended.at = s.at.Add(time.Duration(1+r.IntN(20)) * time.Second); ended.at.Hour() != s.at.Hour() {
		ended.at = s.at
	}
	e.operation, e.last = fmt.Sprintf(`,"operation":{"id":%q,"producer":%q,"last":true}`, id, s.call.service), true
	log.Add(file(e.log, ended.at), ended.at, o.entry(x, ended, e, r))
}

// entry is what differs between the entries of one call.
type entry struct {
	log, from, resource, operation string
	last                           bool
}

func (o *Organization) entry(x *identity, s step, e entry, r *rand.Rand) []byte {
	severity := "NOTICE"
	if s.code != 0 {
		severity = "ERROR"
	}
	authorization := fmt.Sprintf(`,"authorizationInfo":[{"resource":%q,"permission":%q%s,"resourceAttributes":{}}]`, e.resource, s.call.permission, granted(!s.refused))
	if e.last {
		authorization = "" // It was checked at the beginning.
	}
	return fmt.Appendf(nil, `{"protoPayload":{"@type":"type.googleapis.com/google.cloud.audit.AuditLog","status":%s,"authenticationInfo":%s,"requestMetadata":{"callerIp":%q,"callerSuppliedUserAgent":%q,"requestAttributes":{},"destinationAttributes":{}},`+
		`"serviceName":%q,"methodName":%q%s,"resourceName":%q},"insertId":%q,"resource":{"type":%q,"labels":{"project_id":%q}},"timestamp":%q,"severity":%q,"logName":"projects/%s/logs/cloudaudit.googleapis.com%%2F%s"%s,"receiveTimestamp":%q}`,
		status(s, e), o.authentication(x, s.at), e.from, agent(x), s.call.service, s.call.method, authorization, e.resource, draw.HexID(r, "", 13), s.call.monitors, x.home.id,
		stamp(s.at), severity, x.home.id, e.log, e.operation, stamp(s.at.Add(900*time.Millisecond)))
}

func granted(is bool) string {
	if is {
		return `,"granted":true`
	}
	return "" // JSON leaves out what is false.
}

func status(s step, e entry) string {
	switch {
	case s.code == 0:
		return "{}"
	case s.refused:
		return fmt.Sprintf(`{"code":7,"message":"Permission '%s' denied on resource '%s' (or it may not exist)."}`, s.call.permission, e.resource)
	}
	return fmt.Sprintf(`{"code":%d,"message":"The request could not be completed."}`, s.code)
}

func agent(x *identity) string {
	if x.kind == kindUser {
		return "google-cloud-sdk gcloud/548.0.0,gzip(gfe)"
	}
	return "google-api-python-client/2.160.0 (gzip),gzip(gfe)"
}

// authentication tells who called: a service account by the key that signed or
// by token, the pipeline's by way of its repository.
func (o *Organization) authentication(x *identity, at time.Time) string {
	switch {
	case x.kind == kindUser:
		return fmt.Sprintf(`{"principalEmail":%q,"principalSubject":"user:%s"}`, x.email, x.email)
	case x.index == 0:
		return fmt.Sprintf(`{"principalEmail":%q,"principalSubject":"serviceAccount:%s","serviceAccountDelegationInfo":[{"principalSubject":"principal://iam.googleapis.com/projects/%s/locations/global/workloadIdentityPools/github/subject/repo:examplecorp/%s:ref:refs/heads/main"}]}`,
			x.email, x.email, x.home.number, o.opts.Pipeline)
	case len(x.keys) > 0 && x.keys[0].created.Before(at) && !x.keys[0].disabled:
		return fmt.Sprintf(`{"principalEmail":%q,"principalSubject":"serviceAccount:%s","serviceAccountKeyName":"//iam.googleapis.com/projects/%s/serviceAccounts/%s/keys/%s"}`,
			x.email, x.email, x.home.id, x.email, x.keys[0].id)
	}
	return fmt.Sprintf(`{"principalEmail":%q,"principalSubject":"serviceAccount:%s"}`, x.email, x.email)
}

// ask writes that somebody asked which permissions he has.
func (o *Organization) ask(x *identity, at time.Time, from string, r *rand.Rand, log *files.Log) {
	c := call{
		service: "cloudresourcemanager.googleapis.com", method: "TestIamPermissions", permission: "resourcemanager.projects.setIamPolicy",
		monitors: "project", data: true,
	}
	e := entry{log: "data_access", from: from, resource: "projects/" + x.home.id}
	log.Add(file("data_access", at), at, o.entry(x, step{at: at, call: c}, e, r))
}

// background writes what Google Cloud does by itself.
func (o *Organization) background(day int, log *files.Log) {
	r := o.opts.Seed.Stream("background", day, 0)
	p := o.projects[day%len(o.projects)]
	at := o.opts.From.AddDate(0, 0, day).Add(time.Duration(r.IntN(86000)) * time.Second)
	log.Add(file("system_event", at), at, fmt.Appendf(nil, `{"protoPayload":{"@type":"type.googleapis.com/google.cloud.audit.AuditLog","status":{},"authenticationInfo":{"principalEmail":"system@google.com"},"serviceName":"compute.googleapis.com","methodName":"compute.instances.hostError","resourceName":"projects/%s/zones/europe-west3-b/instances/platform-vm-1"},`+
		`"insertId":%q,"resource":{"type":"gce_instance","labels":{"project_id":%q}},"timestamp":%q,"severity":"INFO","logName":"projects/%s/logs/cloudaudit.googleapis.com%%2Fsystem_event","receiveTimestamp":%q}`,
		p.id, draw.HexID(r, "", 13), p.id, stamp(at), p.id, stamp(at.Add(time.Second))))
}
