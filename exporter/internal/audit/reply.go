package audit

import (
	"encoding/json"
	"fmt"
	"net/http"
)

// reply answers with JSON. The whole answer is made before its first byte is
// written, so that an error is never half an answer.
func reply(w http.ResponseWriter, status int, v any) error {
	body, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("encode the answer: %w", err)
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(append(body, '\n')) // A client that went away is no error of ours.
	return nil
}
