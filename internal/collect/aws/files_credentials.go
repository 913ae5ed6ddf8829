package aws

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/leastward/leastward/internal/collect/records"
	"github.com/leastward/leastward/internal/entitlement"
)

// ReadCredentialReport reads passwords, second factors and access keys from the
// credential report, the CSV that `aws iam get-credential-report` carries in
// base64. It may be read before or after the authorization details; the root
// user is only here. Users whom the inventory does not have yet are added.
//
// The report has no ids of access keys. Where the inventory knows no keys of a
// user, they get the ids "<user>/access_key_1" and "<user>/access_key_2"; where
// it does, their last use is filled in by their time of creation.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html
func ReadCredentialReport(in io.Reader, name string, into *entitlement.Inventory) error {
	src, err := records.PlainReader(in)
	if err != nil {
		return fmt.Errorf("read credential report %s: %w", name, err)
	}
	table := csv.NewReader(src)
	table.FieldsPerRecord = -1
	table.ReuseRecord = true
	header, err := table.Read()
	if err != nil {
		return fmt.Errorf("read credential report %s: header: %w; give the CSV, decoded from base64", name, err)
	}
	c := &credentialReader{inventoryReader: newInventoryReader(name, into)}
	if err := c.columnsOf(header); err != nil {
		return fmt.Errorf("read credential report %s: %w", name, err)
	}
	return c.rows(table)
}

type credentialReader struct {
	*inventoryReader
	columns map[string]int
	row     []string
	line    int
}

func (c *credentialReader) columnsOf(header []string) error {
	c.columns = map[string]int{}
	for i, h := range header {
		c.columns[strings.Clone(strings.TrimSpace(h))] = i
	}
	for _, want := range []string{"user", "arn", "password_enabled", "mfa_active", "access_key_1_active"} {
		if _, ok := c.columns[want]; !ok {
			return fmt.Errorf("column %q is missing; give the CSV of aws iam get-credential-report, decoded from base64", want)
		}
	}
	return nil
}

func (c *credentialReader) rows(table *csv.Reader) error {
	for {
		row, err := table.Read()
		switch parse, ok := errors.AsType[*csv.ParseError](err); {
		case errors.Is(err, io.EOF):
			return nil
		case ok:
			c.problem(UnsupportedShape, fmt.Sprintf("line %d", parse.Line), parse.Err.Error()+"; the line is passed over")
			continue
		case err != nil:
			reason, message := records.EndReason(err)
			c.problem(reason, fmt.Sprintf("after line %d", c.line), message)
			return nil
		}
		c.row = row
		c.line, _ = table.FieldPos(0)
		if err := c.user(); err != nil {
			return fmt.Errorf("read credential report: %w", err)
		}
	}
}

// value returns a field of the row, "" where the report says that there is
// nothing.
func (c *credentialReader) value(column string) string {
	i, ok := c.columns[column]
	if !ok || i >= len(c.row) {
		return ""
	}
	switch v := strings.TrimSpace(c.row[i]); strings.ToLower(v) {
	case "n/a", "no_information", "not_supported":
		return ""
	default:
		return v
	}
}

func (c *credentialReader) where() string { return fmt.Sprintf("line %d", c.line) }

func (c *credentialReader) time(column string) time.Time {
	v := c.value(column)
	if v == "" {
		return time.Time{}
	}
	t, err := records.ParseTime([]byte(v))
	if err != nil {
		c.problem(BadTime, c.where(), column+": "+err.Error())
	}
	return t
}

// flag reads "true" and "false" in any case; everything else is unknown.
func (c *credentialReader) flag(column string) entitlement.Tristate {
	switch strings.ToLower(c.value(column)) {
	case "true":
		return entitlement.Yes
	case "false":
		return entitlement.No
	}
	return entitlement.Unknown
}

func (c *credentialReader) user() error {
	arn := strings.Clone(c.value("arn"))
	if accountOf(arn) == "" {
		c.problem(MissingField, c.where(), "column arn holds no ARN; the line is passed over")
		return nil
	}
	if err := c.claim(arn); err != nil {
		return err
	}
	id := c.upsert(entitlement.IdentityID(arn))
	id.Kind = entitlement.User
	if id.Name == "" {
		id.Name = strings.Clone(c.value("user"))
	}
	if id.Created.IsZero() {
		id.Created = c.time("user_creation_time")
	}
	id.Console = c.flag("password_enabled")
	id.Root = strings.HasSuffix(arn, ":root")
	if id.Console == entitlement.Unknown && id.Root {
		id.Console = entitlement.Yes // The report does not say; the root user signs in with a password.
	}
	id.PasswordUsed = c.time("password_last_used")
	id.MFA = c.flag("mfa_active")
	c.keys(id)
	return nil
}

func (c *credentialReader) keys(id *entitlement.Identity) {
	known := len(id.Keys) > 0
	for _, column := range []string{"access_key_1", "access_key_2"} {
		k := entitlement.AccessKey{
			ID:       entitlement.AccessKeyID(id.Name + "/" + column),
			Active:   c.flag(column+"_active") == entitlement.Yes,
			Created:  c.time(column + "_last_rotated"),
			LastUsed: c.time(column + "_last_used_date"),
		}
		k.UseKnown = !k.LastUsed.IsZero() || c.value(column+"_last_used_date") == ""
		switch {
		case !k.Active && k.Created.IsZero(): // There is no such key.
		case known:
			mergeKey(id.Keys, k)
		default:
			id.Keys = append(id.Keys, k)
		}
	}
}

// mergeKey fills in the last use of the key with the same id, or else of the
// one made at the same time.
func mergeKey(keys []entitlement.AccessKey, k entitlement.AccessKey) {
	for i := range keys {
		if keys[i].ID != k.ID && !keys[i].Created.Equal(k.Created) {
			continue
		}
		if !keys[i].UseKnown || keys[i].LastUsed.Before(k.LastUsed) {
			keys[i].LastUsed, keys[i].UseKnown = k.LastUsed, true
		}
		return
	}
}
