package command

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/alecthomas/kingpin/v2"

	"github.com/leastward/leastward/exporter/internal/ask"
)

// whoCan lists everybody who may do something.
func whoCan(a *kingpin.Application) (*kingpin.CmdClause, func(context.Context, *env) error) {
	c := a.Command("who-can", "List everybody who may do something, and why.")
	estate := addEstateFlags(c)
	action := c.Flag("action", "What, such as s3:GetObject, Microsoft.Storage/storageAccounts/read or storage.objects.get.").String()
	resource := c.Flag("resource", `On what: an ARN, or "*"; an ARM id or a full resource name, "*" for the only subscription or project.`).Default("*").String()
	denied := c.Flag("include-denied", "Also list those who may not.").Bool()
	format := c.Flag("format", "Form of the output.").Default("table").Enum("table", "json")
	known := &contextFlags{}
	known.add(c)
	return c, func(ctx context.Context, e *env) error {
		if *action == "" {
			return errors.New("--action: is missing; give one such as s3:GetObject")
		}
		values, err := known.read()
		if err != nil {
			return err
		}
		asker, err := estate.asker(ctx, e)
		if err != nil {
			return err
		}
		found, err := asker.Who(ctx, ask.Question{Action: *action, Resource: *resource, Context: values, Denied: *denied})
		if err != nil {
			return flagError(err)
		}
		if *format == "json" {
			encoder := json.NewEncoder(e.stdout)
			encoder.SetEscapeHTML(false)
			encoder.SetIndent("", "  ")
			return encoder.Encode(found)
		}
		return printHolders(e, found)
	}
}

func printHolders(e *env, found *ask.Holders) error {
	t := tabwriter.NewWriter(e.stdout, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintf(t, "%s on %s\n%s\n", found.Action, found.Resource, found.Summary()) // Flush has the error.
	noun := strings.ToUpper(ask.Noun(ask.CloudOf(found.Action)))
	printList(t, "", noun, found.Identities)
	printList(t, "NOT AMONG THE DOCUMENTS", noun, found.Others)
	for _, note := range found.Notes {
		_, _ = fmt.Fprintln(t, "\nNote: "+note)
	}
	return t.Flush()
}

func printList(t *tabwriter.Writer, title, noun string, list []*ask.Holder) {
	if len(list) == 0 {
		return
	}
	_, _ = fmt.Fprintln(t)
	if title != "" {
		_, _ = fmt.Fprintln(t, title)
	}
	_, _ = fmt.Fprintf(t, "VERDICT\tKIND\t%s\tIDENTITY\tWHY\n", noun)
	for _, h := range list {
		account := string(h.Account)
		if account == "" {
			account = "-"
		}
		_, _ = fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\n", h.Verdict, h.Kind, account, h.Title(), h.Why())
	}
}
