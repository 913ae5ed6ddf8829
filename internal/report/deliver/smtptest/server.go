// Package smtptest is a mail server on loopback for tests: it keeps what it
// receives and fails where it is told to.
package smtptest

import (
	"bytes"
	"context"
	"crypto/tls"
	"io"
	"net"
	"strconv"
	"sync"
	"testing"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
	"golang.org/x/sync/errgroup"
)

// Mail is one message that the server accepted.
type Mail struct {
	From, To string
	Data     []byte
	TLS      bool
	User     string // Who authenticated; "" nobody.
}

// Server is a running mail server. Its hooks may be nil; one that returns an
// error (such as a *smtp.SMTPError) makes the server answer so.
type Server struct {
	Rcpt func(to string) error
	// Data is called before the message is read.
	Data func(c *smtp.Conn) error
	// Accepted is called after the message is kept and before the answer.
	Accepted func(c *smtp.Conn) error
	// Password is what every user has; "" offers no authentication.
	Password string

	listener net.Listener
	mu       sync.Mutex // Guards mails: each connection has a goroutine.
	mails    []Mail
}

// Start runs the server until the test ends. A nil config offers no STARTTLS;
// implicit speaks TLS from the first byte.
func (s *Server) Start(tb testing.TB, config *tls.Config, implicit bool) {
	tb.Helper()
	l, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatalf("listen for mail: %v", err)
	}
	s.listener = l
	server := smtp.NewServer(smtp.BackendFunc(s.session))
	server.Domain, server.ErrorLog = "localhost", quiet{}
	if implicit {
		l = tls.NewListener(l, config)
	} else {
		server.TLSConfig = config
	}
	var group errgroup.Group
	group.Go(func() error { return server.Serve(l) })
	tb.Cleanup(func() {
		_ = server.Close()
		_ = l.Close()    // Close knows the listener only once Serve has begun.
		_ = group.Wait() // Serve reports that it was closed.
	})
}

// Host and Port return where the server listens.
func (s *Server) Host() string { return "127.0.0.1" }

// Port returns the port on which the server listens.
func (s *Server) Port() int {
	_, port, _ := net.SplitHostPort(s.listener.Addr().String())
	n, _ := strconv.Atoi(port)
	return n
}

// Mails returns what was accepted so far.
func (s *Server) Mails() []Mail {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Mail(nil), s.mails...)
}

func (s *Server) session(c *smtp.Conn) (smtp.Session, error) {
	return &session{server: s, conn: c}, nil
}

type session struct {
	server *Server
	conn   *smtp.Conn
	mail   Mail
	user   string
}

func (s *session) Reset()        { s.mail = Mail{} }
func (s *session) Logout() error { return nil }

func (s *session) Mail(from string, _ *smtp.MailOptions) error {
	s.mail.From = from
	return nil
}

func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.mail.To = to
	if s.server.Rcpt == nil {
		return nil
	}
	return s.server.Rcpt(to)
}

func (s *session) Data(r io.Reader) error {
	if s.server.Data != nil {
		if err := s.server.Data(s.conn); err != nil {
			return err
		}
	}
	var b bytes.Buffer
	if _, err := b.ReadFrom(r); err != nil {
		return err
	}
	s.mail.Data, s.mail.User = b.Bytes(), s.user
	_, s.mail.TLS = s.conn.TLSConnectionState()
	s.server.mu.Lock()
	s.server.mails = append(s.server.mails, s.mail)
	s.server.mu.Unlock()
	if s.server.Accepted == nil {
		return nil
	}
	return s.server.Accepted(s.conn)
}

// AuthMechanisms implements smtp.AuthSession.
func (s *session) AuthMechanisms() []string {
	if s.server.Password == "" {
		return nil
	}
	return []string{sasl.Plain}
}

// Auth implements smtp.AuthSession.
func (s *session) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if password != s.server.Password {
			return smtp.ErrAuthFailed
		}
		s.user = user
		return nil
	}), nil
}

type quiet struct{}

func (quiet) Printf(string, ...any) {}
func (quiet) Println(...any)        {}
