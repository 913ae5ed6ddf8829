package smtptest

import (
	"bytes"
	"encoding/base64"
	"io"
	"mime"
	"mime/multipart"
	"net/mail"
	"testing"
)

// Message is a mail taken apart.
type Message struct {
	Header mail.Header
	Text   string
	Files  map[string][]byte // Attachments by name.
}

// Parse takes a mail apart.
func (m *Mail) Parse(tb testing.TB) *Message {
	tb.Helper()
	in, err := mail.ReadMessage(bytes.NewReader(m.Data))
	if err != nil {
		tb.Fatalf("read mail: %v", err)
	}
	out := &Message{Header: in.Header, Files: map[string][]byte{}}
	_, params, err := mime.ParseMediaType(in.Header.Get("Content-Type"))
	if err != nil {
		tb.Fatalf("read mail's content type: %v", err)
	}
	parts := multipart.NewReader(in.Body, params["boundary"])
	for {
		p, err := parts.NextPart()
		if err == io.EOF {
			return out
		}
		if err != nil {
			tb.Fatalf("read mail's parts: %v", err)
		}
		out.add(tb, p)
	}
}

func (m *Message) add(tb testing.TB, p *multipart.Part) {
	tb.Helper()
	var r io.Reader = p // NextPart decodes quoted-printable itself.
	if p.Header.Get("Content-Transfer-Encoding") == "base64" {
		r = base64.NewDecoder(base64.StdEncoding, p)
	}
	data, err := io.ReadAll(r)
	if err != nil {
		tb.Fatalf("read a part of the mail: %v", err)
	}
	if name := p.FileName(); name != "" {
		m.Files[name] = data
		return
	}
	m.Text += string(data)
}
