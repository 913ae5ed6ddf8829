package azure

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"time"
)

// logList is a log that an API answers with, by spans of time.
type logList struct {
	name   string // In checkpoints.
	keeps  time.Duration
	span   func(begin, end time.Time) request
	part   time.Duration // How much is read between two checkpoints.
	begins bool          // It tells since when all was read.

	code, permission, effect string
}

// listOverlap is how late an event may appear: in the Activity Log most do
// within 20 minutes, sign-ins within hours.
// https://learn.microsoft.com/azure/azure-monitor/logs/data-ingestion-time
// https://learn.microsoft.com/entra/identity/monitoring-health/reference-reports-latencies
const listOverlap = 6 * time.Hour

// lists are those that the options ask for.
func (r *reading) lists() []logList {
	switch o := &r.options.Logs; {
	case r.system == "" && o.Directory:
		return r.directoryLogs()
	case r.system != "" && o.ActivityLog && o.Storage.Account == "":
		return []logList{r.activityLog()}
	}
	return nil
}

// activityLog is that of a subscription.
// https://learn.microsoft.com/rest/api/monitor/activity-logs/list
func (r *reading) activityLog() logList {
	return logList{
		name: "activity", keeps: logHistory, part: 24 * time.Hour, begins: true,
		code: CodeActivityLog, permission: "Microsoft.Insights/eventtypes/values/Read", effect: "events of the subscription aren't read yet",
		span: func(begin, end time.Time) request {
			q := r.armCall("/subscriptions/"+string(r.system)+"/providers/Microsoft.Insights/eventtypes/management/values", "2015-04-01",
				Operation{"Microsoft.Insights", "eventtypes/values"})
			q.url += "&$filter=" + url.QueryEscape(fmt.Sprintf("eventTimestamp ge '%s' and eventTimestamp le '%s'", stamp(begin), stamp(end)))
			return q
		},
	}
}

// directoryLogs are those of the tenant. Sign-ins that are not interactive, and
// those of applications, are only in the beta.
// https://learn.microsoft.com/graph/api/directoryaudit-list
// https://learn.microsoft.com/graph/api/signin-list
func (r *reading) directoryLogs() []logList {
	list := func(name, path, field, more string) logList {
		return logList{
			name: name, keeps: 30 * 24 * time.Hour, part: 6 * time.Hour, begins: name == "directoryAudits",
			code: CodeDirectoryLogs, permission: "AuditLog.Read.All", effect: "the tenant's log " + name + " isn't read yet; sign-ins need Entra ID P1, too",
			span: func(begin, end time.Time) request {
				filter := fmt.Sprintf("%s ge %s and %s le %s%s", field, stamp(begin), field, stamp(end), more)
				q := r.graphCall(path, "$top=999&$filter="+url.QueryEscape(filter), name)
				q.family = familyReports
				return q
			},
		}
	}
	return []logList{
		list("directoryAudits", "/v1.0/auditLogs/directoryAudits", "activityDateTime", ""),
		list("signIns", "/beta/auditLogs/signIns", "createdDateTime",
			" and signInEventTypes/any(t: t eq 'interactiveUser' or t eq 'nonInteractiveUser' or t eq 'servicePrincipal' or t eq 'managedIdentity')"),
	}
}

func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05Z") }

// list reads a log in parts, the oldest first, because a broken part has to be
// read again.
func (r *reading) list(ctx context.Context, l *logList) error {
	end, start := r.options.Now().UTC(), r.windowStart(l.keeps)
	through, read := r.out.Checkpoint.Lists[l.name]
	begin := start
	if read && !through.Before(start) {
		begin = through.Add(-listOverlap)
		if begin.Before(start) {
			begin = start
		}
	} else if l.begins {
		r.out.Checkpoint.From = time.Time{} // There is a gap, so the history begins anew.
	}
	for at := begin; at.Before(end); {
		until := at.Add(l.part)
		if until.After(end) {
			until = end
		}
		done, err := r.listSpan(ctx, l, at, until)
		if err != nil || !done {
			return err
		}
		r.out.Checkpoint.Lists[l.name] = until
		if err := r.commit(); err != nil {
			return err
		}
		at = until
	}
	r.again(end.Add(-listOverlap))
	if l.begins {
		r.settleFrom(start)
	}
	return nil
}

// listSpan reads the events of [begin, end], in seconds, and reports whether all
// were. An error is the sink's or the context's.
func (r *reading) listSpan(ctx context.Context, l *logList, begin, end time.Time) (bool, error) {
	n := 0
	err := r.client.pages(ctx, l.span(begin, end), func(page []byte) error {
		n++
		name := fmt.Sprintf("%s of %s from %s, page %d", l.name, r.whose(), stamp(begin), n)
		if err := r.parse(ctx, page, name); err != nil {
			return sinkError{err}
		}
		return nil
	})
	if sink, ok := errors.AsType[sinkError](err); ok {
		return false, sink.error
	}
	if err == nil {
		return true, nil
	}
	r.again(begin.Add(-listOverlap))
	subject := l.name + " of " + r.whose()
	r.report(ctx, problemOf(l.code, subject, l.permission, l.effect+" since "+stamp(begin), err))
	return false, nil
}

// sinkError marks an error of the sink or the context, unlike those of the
// source.
type sinkError struct{ error }

func (e sinkError) Unwrap() error { return e.error }
