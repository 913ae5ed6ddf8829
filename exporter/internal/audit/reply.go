package audit

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"time"
)

// reply answers with JSON. The whole answer is made before its first byte is
// written, so that an error is never half an answer.
func reply(w http.ResponseWriter, status int, v any) error {
	body, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("encode the answer: %w", err)
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Length", strconv.Itoa(len(body)+1))
	w.WriteHeader(status)
	writePatiently(w, append(body, '\n'))
	return nil
}

// writePatiently writes an answer to a client that must go on reading. One that
// went away is no error of ours.
func writePatiently(w http.ResponseWriter, body []byte) {
	control := http.NewResponseController(w)
	defer func() { _ = control.SetWriteDeadline(time.Time{}) }() // The connection may serve on.
	for piece := range slices.Chunk(body, 64<<10) {
		_ = control.SetWriteDeadline(time.Now().Add(patient)) // Not every writer has one: tests.
		if _, err := w.Write(piece); err != nil {
			return
		}
	}
}
