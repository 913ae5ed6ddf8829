// Package deliver brings rendered reports to their recipients: by SMTP or into
// a directory.
package deliver

import (
	"context"
	"errors"
	"fmt"
	"net/mail"
	"path/filepath"
	"strings"
	"time"
)

// Message is what a recipient gets.
type Message struct {
	// ID is the Message-ID without angle brackets. Sending the same message
	// again with the same ID lets mail systems drop the double.
	ID      string
	Subject string
	Text    string // Plain text.
	Files   []File
	Date    time.Time
}

// File is one rendered report.
type File struct {
	Name        string
	ContentType string
	Data        []byte
}

// Channel is one way to a recipient. Deliver returns nil only when the message
// is where it belongs, an error for which [IsPermanent] holds where trying
// again can't help, and any other error where it may.
type Channel interface {
	Deliver(ctx context.Context, address string, m *Message) error
}

// Router chooses the channel by the recipient's scheme: "mailto:" or "dir:".
type Router struct {
	Mail      Channel // Nil refuses mail recipients.
	Directory Channel // Nil refuses directories.
}

var _ Channel = Router{}

// Deliver sends m to a recipient such as "mailto:ops@example.org" or
// "dir:/var/lib/leastward/reports".
func (r Router) Deliver(ctx context.Context, recipient string, m *Message) error {
	scheme, address, err := ParseRecipient(recipient)
	if err != nil {
		return &PermanentError{err}
	}
	channel := r.Directory
	if scheme == "mailto" {
		channel = r.Mail
	}
	if channel == nil {
		return fmt.Errorf("deliver to %s: no %s delivery is configured", recipient, scheme)
	}
	return channel.Deliver(ctx, address, m)
}

// ParseRecipient splits a recipient into its scheme, "mailto" or "dir", and
// address.
func ParseRecipient(s string) (scheme, address string, err error) {
	scheme, address, _ = strings.Cut(s, ":")
	switch scheme {
	case "mailto":
		a, err := mail.ParseAddress(address)
		if err != nil {
			return "", "", fmt.Errorf("recipient %q: %w", s, err)
		}
		return scheme, a.Address, nil
	case "dir":
		if !filepath.IsAbs(address) {
			return "", "", fmt.Errorf("recipient %q: the directory must be an absolute path", s)
		}
		return scheme, filepath.Clean(address), nil
	}
	return "", "", fmt.Errorf("recipient %q: it does not begin with mailto: or dir: as it must", s)
}

// PermanentError says that trying again can't help.
type PermanentError struct{ Err error }

func (e *PermanentError) Error() string { return e.Err.Error() }

// Unwrap returns the cause.
func (e *PermanentError) Unwrap() error { return e.Err }

// IsPermanent reports whether trying again can't help.
func IsPermanent(err error) bool {
	_, ok := errors.AsType[*PermanentError](err)
	return ok
}
