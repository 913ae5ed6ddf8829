package deliver_test

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
	"go.uber.org/goleak"

	"github.com/leastward/leastward/internal/report/deliver"
	"github.com/leastward/leastward/internal/report/deliver/smtptest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func message() *deliver.Message {
	pdf := append([]byte("%PDF-1.3\n"), bytes.Repeat([]byte{0, 255, '\r', '\n', '.', '\n'}, 50_000)...)
	return &deliver.Message{
		ID: "report.1@example.org", Subject: "Berechtigungen – Überblick", Text: "PCI: 87.4\n.\nend\n",
		Files: []deliver.File{{Name: "par.pdf", ContentType: "application/pdf", Data: pdf}},
		Date:  time.Date(2025, 10, 31, 6, 30, 0, 0, time.UTC),
	}
}

func options(s *smtptest.Server) deliver.SMTPOptions {
	return deliver.SMTPOptions{
		Host: s.Host(), Port: s.Port(), From: "Leastward <leastward@example.org>",
		TLS: deliver.TLSNone, HELO: "localhost", Timeout: 5 * time.Second,
	}
}

func send(tb testing.TB, o deliver.SMTPOptions, m *deliver.Message) error {
	tb.Helper()
	channel, err := deliver.NewSMTP(o)
	if err != nil {
		tb.Fatal(err)
	}
	return channel.Deliver(tb.Context(), "auditor@example.org", m)
}

func TestMailArrivesWhole(t *testing.T) {
	t.Parallel()
	s := &smtptest.Server{}
	s.Start(t, nil, false)
	m := message()
	if err := send(t, options(s), m); err != nil {
		t.Fatal(err)
	}
	mails := s.Mails()
	if len(mails) != 1 {
		t.Fatalf("got %d mails, want 1", len(mails))
	}
	got := mails[0].Parse(t)
	if !bytes.Equal(got.Files["par.pdf"], m.Files[0].Data) {
		t.Errorf("attachment differs: got %d bytes, want %d", len(got.Files["par.pdf"]), len(m.Files[0].Data))
	}
	if id := got.Header.Get("Message-ID"); id != "<report.1@example.org>" {
		t.Errorf("got Message-ID %s", id)
	}
	if !strings.Contains(strings.ReplaceAll(got.Text, "\r\n", "\n"), "PCI: 87.4\n.\nend") {
		t.Errorf("got text %q", got.Text)
	}
	if mails[0].To != "auditor@example.org" || mails[0].From != "leastward@example.org" {
		t.Errorf("got envelope from %s to %s", mails[0].From, mails[0].To)
	}
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		server    *smtptest.Server
		permanent bool
	}{
		"unknown mailbox": {&smtptest.Server{Rcpt: func(string) error {
			return &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "no such user"}
		}}, true},
		"greylisted": {&smtptest.Server{Rcpt: func(string) error {
			return &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 7, 1}, Message: "come back later"}
		}}, false},
		"too large": {&smtptest.Server{Data: func(*smtp.Conn) error {
			return &smtp.SMTPError{Code: 552, EnhancedCode: smtp.EnhancedCode{5, 3, 4}, Message: "too big"}
		}}, true},
		"disk full": {&smtptest.Server{Accepted: func(*smtp.Conn) error {
			return &smtp.SMTPError{Code: 452, EnhancedCode: smtp.EnhancedCode{4, 3, 1}, Message: "no space"}
		}}, false},
		"dropped within DATA": {&smtptest.Server{Data: func(c *smtp.Conn) error {
			_ = c.Conn().Close()
			return errors.New("dropped")
		}}, false},
		"dropped before the answer": {&smtptest.Server{Accepted: func(c *smtp.Conn) error {
			_ = c.Conn().Close()
			return nil
		}}, false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := test.server
			server.Start(t, nil, false)
			err := send(t, options(server), message())
			if err == nil {
				t.Fatal("delivered, want an error")
			}
			if deliver.IsPermanent(err) != test.permanent {
				t.Errorf("permanent is %v, want %v: %v", !test.permanent, test.permanent, err)
			}
			if !strings.Contains(err.Error(), "auditor@example.org") {
				t.Errorf("the error doesn't name the recipient: %v", err)
			}
		})
	}
}

func TestNobodyListens(t *testing.T) {
	t.Parallel()
	o := deliver.SMTPOptions{Host: "127.0.0.1", Port: 1, From: "a@example.org", TLS: deliver.TLSNone}
	if err := send(t, o, message()); err == nil || deliver.IsPermanent(err) {
		t.Errorf("got %v, want a temporary error", err)
	}
}

func TestTLS(t *testing.T) {
	t.Parallel()
	serverTLS, clientTLS := smtptest.Certificates(t)
	for _, mode := range []deliver.TLSMode{deliver.TLSMandatory, deliver.TLSOpportunistic, deliver.TLSImplicit} {
		t.Run(string(mode), func(t *testing.T) {
			t.Parallel()
			s := &smtptest.Server{Password: "right"}
			s.Start(t, serverTLS, mode == deliver.TLSImplicit)
			o := options(s)
			o.TLS, o.TLSConfig, o.Username, o.Password = mode, clientTLS, "leastward", "right"
			if err := send(t, o, message()); err != nil {
				t.Fatal(err)
			}
			if got := s.Mails()[0]; !got.TLS || got.User != "leastward" {
				t.Errorf("got TLS %v, user %q; want both", got.TLS, got.User)
			}
		})
	}
}

func TestTLSFailures(t *testing.T) {
	t.Parallel()
	serverTLS, clientTLS := smtptest.Certificates(t)
	tests := map[string]struct {
		offersTLS bool
		change    func(*deliver.SMTPOptions)
	}{
		"no STARTTLS":           {false, func(o *deliver.SMTPOptions) { o.TLSConfig = clientTLS }},
		"untrusted certificate": {true, func(o *deliver.SMTPOptions) { o.TLSConfig = nil }},
		"wrong password":        {true, func(o *deliver.SMTPOptions) { o.TLSConfig, o.Username, o.Password = clientTLS, "u", "wrong" }},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &smtptest.Server{Password: "right"}
			if test.offersTLS {
				s.Start(t, serverTLS, false)
			} else {
				s.Start(t, nil, false)
			}
			o := options(s)
			o.TLS = deliver.TLSMandatory
			test.change(&o)
			if err := send(t, o, message()); err == nil || deliver.IsPermanent(err) {
				t.Errorf("got %v, want a temporary error", err)
			}
			if n := len(s.Mails()); n != 0 {
				t.Errorf("%d mails went out", n)
			}
		})
	}
}

func TestPlaintextNeedsLoopbackOrConsent(t *testing.T) {
	t.Parallel()
	for _, mode := range []deliver.TLSMode{deliver.TLSNone, deliver.TLSOpportunistic} {
		o := deliver.SMTPOptions{Host: "mail.example.org", From: "a@example.org", TLS: mode}
		if _, err := deliver.NewSMTP(o); err == nil || !strings.Contains(err.Error(), "plain text") {
			t.Errorf("%s: got %v, want a refusal", mode, err)
		}
		o.AllowPlaintext = true
		if _, err := deliver.NewSMTP(o); err != nil {
			t.Errorf("%s allowed: %v", mode, err)
		}
	}
}

// TestDeadline: a server that says nothing doesn't hold the delivery.
func TestDeadline(t *testing.T) {
	t.Parallel()
	release := make(chan struct{})
	s := &smtptest.Server{Data: func(*smtp.Conn) error { <-release; return errors.New("late") }}
	s.Start(t, nil, false)
	defer close(release)
	channel, err := deliver.NewSMTP(options(s))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	err = channel.Deliver(ctx, "auditor@example.org", message())
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v, want the deadline", err)
	}
}
