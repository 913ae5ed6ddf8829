package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/alecthomas/kingpin/v2"

	"github.com/leastward/leastward/exporter/internal/ask"
	"github.com/leastward/leastward/internal/policy/decision"
)

// The exit codes of can --exit-code.
const (
	exitDenied      = 3
	exitConditional = 4
)

// canFlags are those of one question; with batch the others are in its lines.
type canFlags struct {
	context  contextFlags
	estate   *estateFlags
	identity string
	action   string
	resource string
	session  []string
	batch    string
	format   string
	exitCode bool
}

// can decides whether an identity may do something, and says why.
func can(a *kingpin.Application) (*kingpin.CmdClause, func(context.Context, *env) error) {
	c := a.Command("can", "Decide whether an identity may do something, and say why.")
	f := &canFlags{estate: addEstateFlags(c)}
	c.Flag("identity", `Who: on AWS the ARN of a user, role, session or root user, a name that one user or role has, a service such as "ec2.amazonaws.com", or "*", anybody; on Azure and Google Cloud an id, a mail address, an application id, a display name that one identity has, or "allUsers".`).StringVar(&f.identity)
	c.Flag("action", "What, such as s3:GetObject, Microsoft.Storage/storageAccounts/read or storage.objects.get, which tells the cloud, too.").StringVar(&f.action)
	c.Flag("resource", `On what: an ARN, or "*"; an ARM id or a full resource name, "*" for the only subscription or project.`).Default("*").StringVar(&f.resource)
	c.Flag("session-policy", "File of a policy that the session was narrowed with. Repeatable.").StringsVar(&f.session)
	c.Flag("batch", "File of requests, one line of JSON each, that are answered with a line of JSON each; - is standard input.").StringVar(&f.batch)
	c.Flag("format", "Form of the answer; json is the line that --batch gives.").Default("table").EnumVar(&f.format, "table", "json")
	c.Flag("exit-code", "Exit with 0 where it is allowed, 3 denied, 4 conditional, instead of 0 for any answer.").BoolVar(&f.exitCode)
	f.context.add(c)
	return c, f.run
}

func (f *canFlags) run(ctx context.Context, e *env) error {
	if err := f.check(); err != nil {
		return err
	}
	asker, err := f.estate.asker(ctx, e)
	if err != nil {
		return err
	}
	if f.batch != "" {
		return batch(ctx, e, asker, f.batch)
	}
	r, err := f.request(asker)
	if err != nil {
		return err
	}
	var a ask.Answer
	if err := asker.Decide(r, &a); err != nil {
		return flagError(err)
	}
	if err := f.print(e, asker, r, &a); err != nil {
		return err
	}
	return f.status(a.Verdict)
}

func (f *canFlags) check() error {
	alone := f.identity != "" || f.action != "" || f.resource != "*" || len(f.session) > 0 || f.context.given() || f.exitCode
	switch {
	case f.batch != "" && alone:
		return errors.New("--batch: goes without --identity, --action, --resource, --context, --absent, --session-policy and --exit-code; " +
			"the lines of the file say these")
	case f.batch != "":
		return nil
	case f.identity == "":
		return errors.New("--identity: is missing; name who calls, or give many requests with --batch")
	case f.action == "":
		return errors.New("--action: is missing; give one such as s3:GetObject")
	}
	return nil
}

func (f *canFlags) request(asker *ask.Asker) (*ask.Request, error) {
	known, err := f.context.read()
	if err != nil {
		return nil, err
	}
	r := &ask.Request{Identity: f.identity, Action: f.action, Resource: f.resource, Context: known}
	for _, path := range f.session {
		doc, err := os.ReadFile(path)
		if err != nil {
			return nil, fmt.Errorf("--session-policy: %w", err)
		}
		p, err := asker.SessionPolicy(doc)
		if err != nil {
			return nil, fmt.Errorf("--session-policy: %s: %w", path, err)
		}
		r.Session = append(r.Session, p)
	}
	return r, nil
}

func (f *canFlags) print(e *env, asker *ask.Asker, r *ask.Request, a *ask.Answer) error {
	if f.format == "table" {
		return errors.Join(a.Text(e.stdout), printPeople(e.stdout, asker.People(r.Identity)))
	}
	_, err := e.stdout.Write(append(asker.Writer().Append(nil, a), '\n'))
	return err
}

// printPeople names the people behind a role of IAM Identity Center.
func printPeople(w io.Writer, people []string) error {
	if len(people) == 0 {
		return nil
	}
	_, err := fmt.Fprintf(w, "\nPeople, by IAM Identity Center:\n  - %s\n", strings.Join(people, "\n  - "))
	return err
}

// status is the exit code that stands for a verdict.
func (f *canFlags) status(v decision.Verdict) error {
	switch {
	case !f.exitCode || v == decision.Allowed:
		return nil
	case v == decision.Conditional:
		return exitStatus(exitConditional)
	}
	return exitStatus(exitDenied)
}

// exitStatus ends a command that did what it was asked for with an exit code
// of its own and without a message.
type exitStatus int

func (s exitStatus) Error() string { return fmt.Sprintf("exit status %d", int(s)) }

// flagError names the flag in the place of the field of a request.
func flagError(err error) error {
	if field, ok := errors.AsType[*ask.FieldError](err); ok {
		name, _, _ := strings.Cut(field.Field, ".")
		return fmt.Errorf("--%s: %w", name, field.Err)
	}
	return err
}
