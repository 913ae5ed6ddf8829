package gcp

import (
	"context"
	"net/url"
	"strings"
)

// walk finds the containers below another through the Resource Manager.
type walk struct {
	client   *client
	found    func(at place, v any) // Is given each container.
	failures []failure
}

// from returns a container and all below it, as "projects/p" and "folders/1".
func (w *walk) from(ctx context.Context, ref string) []string {
	o, err := w.client.get(ctx, getOf(ref))
	if err != nil {
		w.fail(ref, "the scope could not be read", err)
	} else {
		w.found(place{file: getOf(ref).op.String() + " of " + ref}, map[string]any(o))
	}
	return append([]string{ref}, w.below(ctx, ref)...)
}

// below returns all containers in a folder or an organization.
func (w *walk) below(ctx context.Context, ref string) []string {
	if strings.HasPrefix(ref, "projects/") {
		return nil
	}
	var all, folders []string
	for _, kind := range []struct {
		op   apiMethod
		list string
	}{{projectList, "projects"}, {folderList, "folders"}} {
		at := place{file: kind.op.String() + " of " + ref, byte: -1}
		q := call{op: kind.op, path: "/v3/" + kind.list, query: url.Values{"parent": {ref}, "pageSize": {"300"}}}
		err := w.client.pages(ctx, q, kind.list, func(_, _ int, v any) {
			if state := asObject(v).text("state"); state != "" && state != "ACTIVE" {
				return // It is about to be deleted, and nothing in it works.
			}
			at.n++
			w.found(at, v)
			name := asObject(v).text("name")
			if kind.list == "projects" {
				all = append(all, "projects/"+asObject(v).text("projectId"))
				return
			}
			folders = append(folders, name)
		})
		if err != nil {
			w.fail(ref, kind.list+" could not be listed: those that are there are not known", err)
		}
	}
	for _, folder := range folders {
		all = append(append(all, folder), w.below(ctx, folder)...)
	}
	return all
}

func (w *walk) fail(ref, effect string, err error) {
	w.failures = append(w.failures, failure{code: CodeHierarchy, subject: ref, effect: effect, err: err})
}

// getOf is the request for a container itself.
// https://cloud.google.com/resource-manager/reference/rest
func getOf(ref string) call {
	op := projectGet
	switch {
	case strings.HasPrefix(ref, "folders/"):
		op = folderGet
	case strings.HasPrefix(ref, "organizations/"):
		op = orgGet
	}
	return call{op: op, path: "/v3/" + ref}
}
