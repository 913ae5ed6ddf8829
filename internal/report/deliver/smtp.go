package deliver

import (
	"bytes"
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/mail"
	"time"

	gomail "github.com/wneessen/go-mail"
)

// TLSMode is how a connection to the mail server is protected.
type TLSMode string

// The modes. Mandatory is the default.
const (
	TLSMandatory     TLSMode = "mandatory"     // STARTTLS, or no delivery.
	TLSImplicit      TLSMode = "implicit"      // TLS from the first byte (port 465).
	TLSOpportunistic TLSMode = "opportunistic" // STARTTLS where the server offers it.
	TLSNone          TLSMode = "none"          // Plain text.
)

// SMTPOptions configures the delivery by mail.
type SMTPOptions struct {
	Host string
	Port int    // Defaults to 587, for TLSImplicit to 465.
	From string // "Leastward <leastward@example.org>" or the address alone.

	TLS TLSMode // Defaults to TLSMandatory.
	// AllowPlaintext permits TLSNone and TLSOpportunistic to a server that is
	// not on loopback.
	AllowPlaintext bool
	// TLSConfig defaults to the system's roots and the host's name.
	TLSConfig *tls.Config

	Username, Password string // Empty: no authentication.

	HELO    string        // Defaults to the machine's host name.
	Timeout time.Duration // Of the connection and each message. Defaults to 30 s.
}

// SMTP delivers by mail, one message to one recipient on a connection of its
// own, so that one recipient's refusal never keeps the report from others.
type SMTP struct {
	o    SMTPOptions
	from *mail.Address
}

var _ Channel = (*SMTP)(nil)

// NewSMTP checks the options.
func NewSMTP(o SMTPOptions) (*SMTP, error) {
	if o.Host == "" {
		return nil, errors.New("smtp: host: name the mail server")
	}
	from, err := mail.ParseAddress(o.From)
	if err != nil {
		return nil, fmt.Errorf("smtp: from: %q is not a mail address: %w", o.From, err)
	}
	o.TLS = cmp.Or(o.TLS, TLSMandatory)
	o.Timeout = cmp.Or(o.Timeout, 30*time.Second)
	switch o.TLS {
	case TLSMandatory:
		o.Port = cmp.Or(o.Port, 587)
	case TLSImplicit:
		o.Port = cmp.Or(o.Port, 465)
	case TLSOpportunistic, TLSNone:
		o.Port = cmp.Or(o.Port, 587)
		if !o.AllowPlaintext && !loopback(o.Host) {
			return nil, fmt.Errorf("smtp: tls: %s would send reports in plain text to %s: use mandatory, or allow plain text", o.TLS, o.Host)
		}
	default:
		return nil, fmt.Errorf("smtp: tls: %q is not one of mandatory, implicit, opportunistic, none", o.TLS)
	}
	return &SMTP{o, from}, nil
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// Domain returns the domain of the sender, for message ids.
func (s *SMTP) Domain() string {
	_, domain, _ := bytes.Cut([]byte(s.from.Address), []byte("@"))
	return string(domain)
}

// Deliver sends m to one address. Permanent are a 5xx answer about the message
// or its recipient; what is wrong with the server or the way to it (no
// connection, TLS, authentication) may be repaired and is temporary.
func (s *SMTP) Deliver(ctx context.Context, address string, m *Message) error {
	msg, err := s.compose(address, m)
	if err != nil {
		return &PermanentError{fmt.Errorf("mail report to %s: %w", address, err)}
	}
	if err := s.send(ctx, msg); err != nil {
		err = fmt.Errorf("mail report to %s by %s:%d: %w", address, s.o.Host, s.o.Port, err)
		if refused(err) {
			return &PermanentError{err}
		}
		return err
	}
	return nil
}

func (s *SMTP) compose(address string, m *Message) (*gomail.Msg, error) {
	msg := gomail.NewMsg()
	msg.FromMailAddress(s.from)
	if err := msg.To(address); err != nil {
		return nil, err
	}
	msg.Subject(m.Subject)
	msg.SetMessageIDWithValue(m.ID)
	msg.SetDateWithValue(m.Date)
	msg.SetBulk() // No vacation replies (RFC 3834).
	msg.SetGenHeader("Auto-Submitted", "auto-generated")
	msg.SetBodyString(gomail.TypeTextPlain, m.Text)
	for _, f := range m.Files {
		err := msg.AttachReader(f.Name, bytes.NewReader(f.Data), gomail.WithFileContentType(gomail.ContentType(f.ContentType)))
		if err != nil {
			return nil, fmt.Errorf("attach %s: %w", f.Name, err)
		}
	}
	return msg, nil
}

// send delivers msg. Once the server has taken the message over, nothing that
// goes wrong afterwards (RSET, QUIT) makes it a failure: it would be sent twice.
func (s *SMTP) send(ctx context.Context, msg *gomail.Msg) error {
	ctx, cancel := context.WithTimeoutCause(ctx, 2*s.o.Timeout, fmt.Errorf("no end within %s", 2*s.o.Timeout))
	defer cancel()
	dial := &dialer{config: s.tlsConfig(), implicit: s.o.TLS == TLSImplicit}
	defer dial.close()
	defer context.AfterFunc(ctx, dial.close)() // The library watches the context only while it dials.
	client, err := s.client(dial)
	if err != nil {
		return err
	}
	err = client.DialAndSendWithContext(ctx, msg)
	if msg.IsDelivered() {
		return nil
	}
	if err != nil && ctx.Err() != nil {
		return fmt.Errorf("%w: %w", context.Cause(ctx), err)
	}
	return err
}

func (s *SMTP) tlsConfig() *tls.Config {
	if s.o.TLSConfig != nil {
		return s.o.TLSConfig.Clone()
	}
	return &tls.Config{ServerName: s.o.Host, MinVersion: tls.VersionTLS12}
}

func (s *SMTP) client(dial *dialer) (*gomail.Client, error) {
	policy := gomail.TLSMandatory
	if s.o.TLS == TLSOpportunistic {
		policy = gomail.TLSOpportunistic
	}
	options := []gomail.Option{
		gomail.WithPort(s.o.Port), gomail.WithTimeout(s.o.Timeout),
		gomail.WithTLSConfig(dial.config), gomail.WithDialContextFunc(dial.dial),
	}
	if s.o.TLS == TLSNone || s.o.TLS == TLSImplicit {
		policy = gomail.NoTLS // No STARTTLS: none wanted, or TLS is there already.
	}
	options = append(options, gomail.WithTLSPolicy(policy))
	if s.o.HELO != "" {
		options = append(options, gomail.WithHELO(s.o.HELO))
	}
	if s.o.Username != "" {
		options = append(options, gomail.WithSMTPAuth(s.auth()),
			gomail.WithUsername(s.o.Username), gomail.WithPassword(s.o.Password))
	}
	return gomail.NewClient(s.o.Host, options...)
}

// auth returns the mechanism: the strongest that the server offers. The library
// doesn't know that a connection which we dialled has TLS from the first byte,
// and would not offer a password there, so for those it is PLAIN.
func (s *SMTP) auth() gomail.SMTPAuthType {
	if s.o.TLS == TLSImplicit {
		return gomail.SMTPAuthPlain
	}
	return gomail.SMTPAuthAutoDiscover
}

// refused reports whether the server refused the message or its recipient for
// good. 530, 534, 535 and 538 speak of authentication, which is the session's.
func refused(err error) bool {
	sent, ok := errors.AsType[*gomail.SendError](err)
	if !ok {
		return false
	}
	switch code := sent.ErrorCode(); code {
	case 530, 534, 535, 538:
		return false
	default:
		return code >= 500 && code < 600
	}
}
