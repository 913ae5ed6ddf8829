package audit

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"os"
	"time"
)

// maxBody bounds the body of a question, in bytes: a query that a person or a
// program writes has a few hundred, and the language itself takes no more.
const maxBody = 1 << 20

// unhurried is how long the body of a request may take.
const unhurried = time.Minute

// decode reads a request's body, strictly: one JSON value, no unknown member,
// no more than limit bytes. An empty body leaves v as it is.
func decode(w http.ResponseWriter, r *http.Request, limit int64, v any) error {
	control := http.NewResponseController(w)
	_ = control.SetReadDeadline(time.Now().Add(unhurried)) // Not every reader has one: tests.
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); r.ContentLength != 0 && (err != nil || kind != "application/json") {
		return &problem{status: http.StatusUnsupportedMediaType, Message: "the body must be JSON; say Content-Type: application/json"}
	}
	if r.ContentLength > limit {
		return tooLarge(limit) // Not a byte of it is read.
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, limit))
	var large *http.MaxBytesError
	switch {
	case errors.Is(err, os.ErrDeadlineExceeded):
		return &problem{status: http.StatusRequestTimeout, Message: fmt.Sprintf("the body was not here within %s", unhurried)}
	case errors.As(err, &large):
		return tooLarge(limit)
	case err != nil:
		return &problem{status: http.StatusBadRequest, Message: "read the body: " + err.Error()}
	}
	_ = control.SetReadDeadline(time.Time{}) // Else the request would end at it.
	if len(bytes.TrimSpace(body)) == 0 {
		return nil
	}
	return strictly(body, v)
}

func tooLarge(limit int64) error {
	return &problem{status: http.StatusRequestEntityTooLarge, Message: fmt.Sprintf("the body has more than %d bytes", limit)}
}

// strictly decodes one JSON value.
func strictly(body []byte, v any) error {
	d := json.NewDecoder(bytes.NewReader(body))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		return jsonProblem(d, err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return &problem{status: http.StatusBadRequest, Message: "the body has more than one JSON value", Offset: new(int(d.InputOffset()))}
	}
	return nil
}

// jsonProblem tells what is wrong with a body, and where.
func jsonProblem(d *json.Decoder, err error) error {
	if p := queryProblem(err); p != nil {
		return p
	}
	p := &problem{status: http.StatusBadRequest, Message: "decode the body: " + err.Error()}
	if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
		p.Offset = new(int(syntax.Offset))
	} else if typed, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		p.Path, p.Offset = typed.Field, new(int(typed.Offset))
		p.Message = fmt.Sprintf("a %s does not fit here", typed.Value)
	} else {
		p.Offset = new(int(d.InputOffset()))
	}
	return p
}
