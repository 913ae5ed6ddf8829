package failure

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/leastward/leastward/internal/api"
)

// answered is an answer of the exporter, or of something else, that is no
// success.
func answered(err error) *Problem {
	if errors.Is(err, api.ErrNotFound) {
		return &Problem{Status: http.StatusNotFound, Message: "The exporter does not know it any more. Choose another, or refresh the list."}
	}
	status, ok := errors.AsType[*api.StatusError](err)
	if !ok {
		return nil
	}
	return FromStatus(status)
}

// FromStatus returns the problem that an answer with a status is.
func FromStatus(e *api.StatusError) *Problem {
	p := &Problem{Status: e.Status, Answer: e.Answer, Message: says(e)}
	switch {
	case e.Status >= 300 && e.Status < 400:
		p.Status = http.StatusBadGateway
		p.Message = "The URL answers with a redirect, which is not followed, for the token is for the exporter alone. Give the URL where it leads to."
	case e.Status == http.StatusUnauthorized:
		p.Message = "The exporter does not accept who asks" + because(e) + " Check the token, or user and password, in the data source's settings."
	case e.Status == http.StatusForbidden:
		p.Message = "The exporter does not allow it" + because(e) + " Ask for another role or scope of the data source's token (api.tokens of the exporter)."
	case e.Answer.Message == "":
		p.Message = unexplained(e.Status)
	case e.Status == http.StatusNotFound && strings.HasPrefix(e.Answer.Message, "there is nothing at "):
		p.Message = "The exporter answers, but " + e.Answer.Message + ": either it is older than this plugin, or the URL in the data source's settings has a path too much. " +
			"It is like http://127.0.0.1:9186."
	}
	return p
}

// says returns what the exporter says, as a sentence with when to ask again.
func says(e *api.StatusError) string {
	text := e.Answer.Message
	if e.RetryAfter > 0 && !strings.Contains(text, "ask again") {
		text += fmt.Sprintf("; ask again in %s", e.RetryAfter.Round(time.Second))
	}
	return text
}

func because(e *api.StatusError) string {
	if e.Answer.Message == "" {
		return "."
	}
	return ": " + strings.TrimSuffix(e.Answer.Message, ".") + "."
}

// unexplained says what is known of an answer without the exporter's form.
func unexplained(status int) string {
	name := cmp.Or(http.StatusText(status), "unknown")
	switch status {
	case http.StatusNotFound, http.StatusMethodNotAllowed:
		return fmt.Sprintf("%s (%d): either the exporter is older than this plugin, or the URL is that of something else. "+
			"Update the exporter to the plugin's release or a later one, or check the URL in the data source's settings.", name, status)
	case http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return fmt.Sprintf("%s (%d): something in front of the exporter answers in its place. See whether the exporter runs.", name, status)
	case http.StatusBadRequest:
		return "It answers 400 and does not say why. If the exporter speaks TLS, begin the URL with https://."
	case http.StatusMisdirectedRequest:
		return "The exporter does not answer by the name in the URL. Name it with --web.external-host of the exporter, or use the address that it listens on."
	}
	return fmt.Sprintf("It answers %d (%s) and does not say why. Look into the exporter's log.", status, name)
}
