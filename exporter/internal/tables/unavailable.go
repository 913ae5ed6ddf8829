package tables

import (
	"fmt"
	"net/http"
)

// UnavailableError is why a table cannot be answered now, for the asker: its
// text says the remedy and no secret.
type UnavailableError struct {
	Status  int // Of HTTP.
	Message string
}

func (e *UnavailableError) Error() string { return e.Message }

// Unavailable returns an error about another program that a table is answered
// from.
func Unavailable(format string, args ...any) error {
	return &UnavailableError{Status: http.StatusBadGateway, Message: fmt.Sprintf(format, args...)}
}

// Unconfigured returns an error about an option without which a table has no
// answer.
func Unconfigured(message string) error {
	return &UnavailableError{Status: http.StatusNotImplemented, Message: message}
}
