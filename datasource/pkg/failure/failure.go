// Package failure says of any error what its reader can do about it: whose it
// is, and with which status it goes to Grafana. What it says has no secret in
// it.
package failure

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"

	"github.com/grafana/grafana-plugin-sdk-go/backend"

	"github.com/leastward/leastward/datasource/pkg/model"
	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/internal/auditlog/query"
)

// canceled is nginx's status for an asker that went away.
const canceled = 499

// Problem is an error for its reader.
type Problem struct {
	Status  int // Of HTTP.
	Message string
	// Plugin is set where the fault is the plugin's own, not the exporter's, the
	// network's or the asker's.
	Plugin bool
	// Answer is what the exporter said of the place of a mistake.
	Answer api.Error
}

// Error returns the message.
func (p *Problem) Error() string { return p.Message }

// Settings is a problem of how the data source is configured.
func Settings(err error) *Problem {
	return &Problem{Status: http.StatusBadRequest, Message: "The data source is not configured rightly: " + err.Error() + "."}
}

// Of returns the problem that an error is.
func Of(err error) *Problem {
	if p, ok := errors.AsType[*Problem](err); ok {
		return p
	}
	for _, find := range []func(error) *Problem{asked, answered, ended, network, unread} {
		if p := find(err); p != nil {
			return p
		}
	}
	return &Problem{Status: http.StatusInternalServerError, Plugin: true, Message: "The plugin could not answer: " + err.Error()}
}

// asked is a mistake in the query.
func asked(err error) *Problem {
	p := &Problem{Status: http.StatusBadRequest}
	if own, ok := errors.AsType[*model.Error](err); ok {
		p.Message, p.Answer.Path = own.Error(), own.Path
		return p
	}
	if syntax, ok := errors.AsType[*query.SyntaxError](err); ok {
		p.Message, p.Answer.Path, p.Answer.Offset = syntax.Error(), "text", new(syntax.Offset)
		return p
	}
	if node, ok := errors.AsType[*query.Error](err); ok {
		p.Message, p.Answer.Path = node.Error(), node.Path
		return p
	}
	return nil
}

// ended is a request that came to no end in time.
func ended(err error) *Problem {
	var timeout net.Error
	switch {
	case errors.Is(err, context.Canceled):
		return &Problem{Status: canceled, Message: "The request was cancelled."}
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		return &Problem{
			Status:  http.StatusGatewayTimeout,
			Message: "The exporter did not answer in time. Narrow the time range or the conditions, or raise the timeout in the data source's settings.",
		}
	}
	return nil
}

// unread is an answer that is not the exporter's.
func unread(err error) *Problem {
	var syntax *json.SyntaxError
	var typed *json.UnmarshalTypeError
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		return &Problem{
			Status:  http.StatusRequestEntityTooLarge,
			Message: fmt.Sprintf("The answer has more than %d MiB. Ask for fewer rows: lower the limit, or narrow the question.", large.Limit>>20),
		}
	case errors.As(err, &syntax), errors.As(err, &typed), errors.Is(err, io.EOF):
		return &Problem{Status: http.StatusBadGateway, Message: elsewhere}
	case errors.Is(err, api.ErrCut), errors.Is(err, io.ErrUnexpectedEOF):
		return &Problem{Status: http.StatusBadGateway, Message: "The exporter's answer broke off; it may have been restarted. Ask again."}
	}
	return nil
}

// elsewhere is said of answers that the exporter does not give.
const elsewhere = "What answers there is not the Leastward exporter's API. Check the URL in the data source's settings: it is that of the exporter, as http://127.0.0.1:9186."

// Response returns the answer to a query that failed.
func (p *Problem) Response() backend.DataResponse {
	source := backend.ErrorSourceDownstream
	if p.Plugin {
		source = backend.ErrorSourcePlugin
	}
	return backend.ErrDataResponseWithSource(backend.Status(p.Status), source, p.Message)
}
