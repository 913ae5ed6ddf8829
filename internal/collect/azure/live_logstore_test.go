package azure_test

import (
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// logStore is a storage account named "logs" that diagnostic settings write to.
type logStore struct {
	mu    sync.Mutex        // Guards blobs.
	blobs map[string]string // By container and name.
	block map[string]bool   // Those that are written anew.
	// activity are the times of the events in the Activity Log.
	activity []time.Time
}

func newLogStore() *logStore { return &logStore{blobs: map[string]string{}, block: map[string]bool{}} }

// blobName is that of a stream's blob.
func blobName(container, stream string, hour time.Time) string {
	return container + "/" + stream + hour.UTC().Format("/y=2006/m=01/d=02/h=15/m=00/PT1H.json")
}

func (s *logStore) add(name, text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.blobs[name] += text
}

func (s *logStore) set(name, text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.blobs[name] = text
	if text == "" {
		delete(s.blobs, name)
	}
}

func (*logStore) serves(path string) bool {
	return strings.HasPrefix(path, "/logs/") || strings.HasSuffix(path, "/eventtypes/management/values")
}

func (s *logStore) serve(w http.ResponseWriter, r *http.Request) {
	name, ok := strings.CutPrefix(r.URL.Path, "/logs/")
	if !ok {
		s.activityLog(w, r)
		return
	}
	if r.URL.Query().Get("comp") == "list" {
		s.list(w, r, name)
		return
	}
	s.mu.Lock()
	text, ok := s.blobs[name]
	s.mu.Unlock()
	if !ok {
		storageError(w, http.StatusNotFound, "BlobNotFound")
		return
	}
	from, to := 0, len(text)
	if span, ok := strings.CutPrefix(r.Header.Get("x-ms-range"), "bytes="); ok {
		first, last, _ := strings.Cut(span, "-")
		from, _ = strconv.Atoi(first)
		if n, err := strconv.Atoi(last); err == nil {
			to = min(to, n+1)
		}
	}
	if from >= len(text) && from > 0 {
		storageError(w, http.StatusRequestedRangeNotSatisfiable, "InvalidRange")
		return
	}
	w.Header().Set("Content-Length", strconv.Itoa(to-from))
	w.Header().Set("ETag", `"0x1"`)
	w.WriteHeader(http.StatusPartialContent)
	_, _ = io.WriteString(w, text[from:to])
}

func storageError(w http.ResponseWriter, status int, code string) {
	w.Header().Set("x-ms-error-code", code)
	w.Header().Set("Content-Type", "application/xml")
	w.WriteHeader(status)
	_, _ = fmt.Fprintf(w, `<?xml version="1.0" encoding="utf-8"?><Error><Code>%s</Code><Message>as the test has it</Message></Error>`, code)
}

// list answers with three entries a page.
// https://learn.microsoft.com/rest/api/storageservices/list-blobs
func (s *logStore) list(w http.ResponseWriter, r *http.Request, container string) {
	q := r.URL.Query()
	prefix, delimiter, marker := q.Get("prefix"), q.Get("delimiter"), q.Get("marker")
	s.mu.Lock()
	entries := map[string]string{}
	exists := false
	for name, text := range s.blobs {
		name, ok := strings.CutPrefix(name, container+"/")
		exists = exists || ok
		if !ok || !strings.HasPrefix(name, prefix) {
			continue
		}
		if i := strings.Index(name[len(prefix):], delimiter); delimiter != "" && i >= 0 {
			p := name[:len(prefix)+i+len(delimiter)]
			entries[p] = "<BlobPrefix><Name>" + p + "</Name></BlobPrefix>"
			continue
		}
		typ := "AppendBlob"
		if s.block[container+"/"+name] {
			typ = "BlockBlob"
		}
		entries[name] = fmt.Sprintf("<Blob><Name>%s</Name><Properties><Content-Length>%d</Content-Length><BlobType>%s</BlobType></Properties></Blob>", name, len(text), typ)
	}
	s.mu.Unlock()
	if !exists {
		storageError(w, http.StatusNotFound, "ContainerNotFound")
		return
	}
	var page, next string
	for i, name := range slices.DeleteFunc(slices.Sorted(maps.Keys(entries)), func(n string) bool { return n < marker }) {
		if i == 3 {
			next = name
			break
		}
		page += entries[name]
	}
	w.Header().Set("Content-Type", "application/xml")
	_, _ = fmt.Fprintf(w, `<?xml version="1.0" encoding="utf-8"?><EnumerationResults ServiceEndpoint="x" ContainerName=%q><Blobs>%s</Blobs><NextMarker>%s</NextMarker></EnumerationResults>`, container, page, next)
}
