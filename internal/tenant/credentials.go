package tenant

import (
	"encoding/csv"
	"io"
	"strconv"
	"time"
)

// credentialColumns are the columns of the IAM credential report.
// See https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html
func credentialColumns() []string {
	return []string{
		"user", "arn", "user_creation_time", "password_enabled", "password_last_used", "password_last_changed", "password_next_rotation", "mfa_active",
		"access_key_1_active", "access_key_1_last_rotated", "access_key_1_last_used_date", "access_key_1_last_used_region", "access_key_1_last_used_service",
		"access_key_2_active", "access_key_2_last_rotated", "access_key_2_last_used_date", "access_key_2_last_used_region", "access_key_2_last_used_service",
		"cert_1_active", "cert_1_last_rotated", "cert_2_active", "cert_2_last_rotated",
	}
}

// writeCredentials writes the credential report of an account.
func (w *world) writeCredentials(a *account, out io.Writer) error {
	c := csv.NewWriter(out)
	_ = c.Write(credentialColumns()) // Errors stay until the end.
	_ = c.Write(w.rootRow(a))
	for i := range a.users {
		_ = c.Write(w.credentialRow(w.user(a, i)))
	}
	c.Flush()
	return c.Error()
}

// absent are the columns of a key that is not there.
func absent() []string { return []string{"false", "N/A", "N/A", "N/A", "N/A"} }

func (w *world) rootRow(a *account) []string {
	made := date(w.opts.Until.AddDate(-6, 0, 0))
	row := []string{
		"<root_account>", a.iamARN("root"), made, "not_supported", date(w.daysAgo(rootVisit, 9*time.Hour)), "not_supported", "not_supported", "true",
	}
	row = append(append(row, absent()...), absent()...)
	return append(row, "false", "N/A", "false", "N/A")
}

func (w *world) credentialRow(x *identity) []string {
	last := w.lastUse(x)
	row := []string{x.name, x.arn, date(x.created), strconv.FormatBool(x.console)}
	if x.console {
		used := "no_information"
		if at := latest(x.passwordUsed, last.console); !at.IsZero() {
			used = date(at)
		}
		row = append(row, used, date(x.passwordChanged), "N/A", strconv.FormatBool(x.mfa))
	} else {
		row = append(row, "N/A", "N/A", "N/A", "false")
	}
	for i := range 2 {
		if i >= len(x.keys) {
			row = append(row, absent()...)
			continue
		}
		row = append(row, keyColumns(x, i, last)...)
	}
	return append(row, "false", "N/A", "false", "N/A")
}

func keyColumns(x *identity, i int, last lastUse) []string {
	k := x.keys[i]
	columns := []string{strconv.FormatBool(k.enabled), date(k.created), "N/A", "N/A", "N/A"}
	if at := latest(k.lastUsed, last.keys[i]); !at.IsZero() {
		service := last.service[i]
		if service == "" {
			service = "s3"
		}
		columns[2], columns[3], columns[4] = date(at), region(x.team), service
	}
	return columns
}

func latest(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
