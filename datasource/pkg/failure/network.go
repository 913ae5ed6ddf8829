package failure

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/http"
	"net/url"
	"strings"
)

// network is a connection that did not come about. What the libraries say may
// have the URL in it, so it is said anew.
func network(err error) *Problem {
	if text := certificate(err); text != "" {
		return &Problem{Status: http.StatusBadGateway, Message: text}
	}
	var dns *net.DNSError
	var op *net.OpError
	var sent *url.Error
	text := ""
	switch {
	case errors.As(err, &dns):
		text = "The name of the exporter's host, " + dns.Name + ", is not known. Check the URL in the data source's settings."
	case errors.As(err, &op):
		text = "The exporter cannot be reached (" + reason(op.Err) + "). See whether it runs, and check host and port of the URL in the data source's settings."
	case errors.As(err, &sent):
		text = "The exporter cannot be reached (" + reason(sent.Err) + "). See whether it runs, and check the URL in the data source's settings."
	default:
		return nil
	}
	return &Problem{Status: http.StatusBadGateway, Message: text}
}

// reason is the innermost of an error: its outer ones name addresses.
func reason(err error) string {
	for {
		inner := errors.Unwrap(err)
		if inner == nil {
			return plain(err)
		}
		err = inner
	}
}

func plain(err error) string {
	text := err.Error()
	if strings.Contains(text, "malformed HTTP response") {
		return "it does not speak what the URL says: try https:// in place of http://, or the other way round"
	}
	if len(text) > 200 {
		text = text[:200]
	}
	return text
}

// certificate says what is wrong with TLS, "" if it is something else.
func certificate(err error) string {
	var (
		authority x509.UnknownAuthorityError
		host      x509.HostnameError
		invalid   x509.CertificateInvalidError
		record    tls.RecordHeaderError
		alert     tls.AlertError
	)
	switch {
	case errors.As(err, &authority):
		return "The exporter's certificate is of an authority that is not known here. Give its CA certificate in the data source's TLS settings."
	case errors.As(err, &host):
		return "The exporter's certificate is for another host name. Use a URL with a name that stands in the certificate, or give the server name in the data source's TLS settings."
	case errors.As(err, &invalid):
		return "The exporter's certificate is not valid (" + invalid.Error() + "). Renew it; if it should be valid, check Grafana's clock."
	case errors.As(err, &record), errors.Is(err, http.ErrSchemeMismatch):
		return "The exporter does not speak TLS at that address. Begin the URL with http://, or switch TLS on in the exporter."
	case errors.As(err, &alert), strings.Contains(err.Error(), "remote error: tls:"):
		return "The exporter refuses the TLS connection. It probably asks for a client certificate: give one, with its key, in the data source's TLS settings."
	}
	return ""
}
