package aws

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"

	"golang.org/x/sync/errgroup"

	"github.com/leastward/leastward/internal/entitlement"
)

// ResourceServices returns the services whose resources a collection reads, as
// IAM prefixes. Options.SkipResources takes them out.
func ResourceServices() []string {
	return []string{"ec2", "kms", "lambda", "s3", "secretsmanager", "sns", "sqs"}
}

// resourceSources are the sources of resources and their policies.
func (r *collection) resourceSources() []func(context.Context) {
	var all []func(context.Context)
	add := func(service string, read func(context.Context)) {
		if !slices.Contains(r.options.SkipResources, service) {
			all = append(all, read)
		}
	}
	add("s3", r.buckets)
	for region, client := range r.clients.regions {
		add("ec2", func(ctx context.Context) { r.securityGroups(ctx, region, client.ec2) })
		add("kms", func(ctx context.Context) { r.keys(ctx, region, client.kms) })
		add("secretsmanager", func(ctx context.Context) { r.secrets(ctx, region, client.secrets) })
		add("sns", func(ctx context.Context) { r.topics(ctx, region, client.sns) })
		add("sqs", func(ctx context.Context) { r.queues(ctx, region, client.sqs) })
	}
	return all
}

// found is a resource with what could be read of it. Its members are those of
// the documents that ReadResourcePolicies takes; what is missing is unknown.
type found map[string]any

// enter gives resources to the reader of exported files, under the member that
// holds them there.
func (r *collection) enter(ctx context.Context, code, name string, document map[string]any) {
	data, err := json.Marshal(document)
	if err == nil {
		r.mu.Lock()
		err = readKnownPolicies(bytes.NewReader(data), name, r.inv)
		r.mu.Unlock()
	}
	if err != nil {
		r.fail(ctx, code, name, "resources are missing", err)
	}
}

// readKnownPolicies is ReadResourcePolicies without a problem for each policy
// that is missing, which the reading of it reported.
func readKnownPolicies(in io.Reader, name string, into *entitlement.Inventory) error {
	e := newEstate(into)
	e.quiet = true
	return e.readPolicies(in, name)
}

// survey follows one operation over many resources, so that a thousand refused
// calls make one problem and not a thousand.
type survey struct {
	mu     sync.Mutex // Guards the fields below.
	done   int
	failed int
	first  error
}

// errHopeless tells that an operation failed for so many resources, and for
// none else, that it isn't about the resources.
var errHopeless = errors.New("not tried after many failures")

// ask makes one call. Known is false where it failed. An error with one of the
// codes means that the resource has none of what was asked for, which is the
// zero answer.
func ask[T any](s *survey, call func() (T, error), none ...string) (answer T, known bool) {
	err := errHopeless
	if !s.hopeless() {
		answer, err = call()
	}
	if err != nil && slices.Contains(none, errorCode(err)) {
		var zero T
		answer, err = zero, nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if err == nil {
		s.done++
		return answer, true
	}
	s.failed++
	if s.first == nil {
		s.first = err
	}
	return answer, false
}

func (s *survey) hopeless() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.done == 0 && s.failed >= maxFailures
}

// report makes a problem of the failures, if there were any.
func (s *survey) report(ctx context.Context, r *collection, code, subject, what string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.failed > 0 {
		r.fail(ctx, code, subject, fmt.Sprintf("%s are unknown for %d of %d", what, s.failed, s.done+s.failed), s.first)
	}
}

// each calls read with every item, several at a time, and keeps what it
// returns, in the order of the items.
func each[T any](ctx context.Context, r *collection, items []T, read func(context.Context, T) found) []found {
	all := make([]found, len(items))
	var group errgroup.Group
	group.SetLimit(r.options.Parallel)
	for i, item := range items {
		group.Go(func() error { all[i] = read(ctx, item); return nil })
	}
	_ = group.Wait() // The survey has the failures.
	return slices.DeleteFunc(all, func(f found) bool { return f == nil })
}

// set sets a member if its value is known.
func (f found) set(name string, value any, known bool) {
	if known {
		f[name] = value
	}
}
