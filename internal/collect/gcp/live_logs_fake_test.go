package gcp_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// logStore is where the cloud's logs are: entries, messages, objects.
type logStore struct {
	mu       sync.Mutex // Guards what follows.
	entries  []record
	messages []*message
	objects  map[string]string // In the bucket "logs", by name.
	page     int               // Entries in an answer; 0 is 2.
	asked    []string          // Filters and names of entries.
}

// message is one of a subscription, which is there until it is acknowledged.
type message struct {
	data   string
	at     time.Time
	hidden bool
	acked  bool
	given  int // How often it was given out.
}

// entryAt is an audit log's entry.
func entryAt(id, project string, at time.Time) record {
	return record{
		"insertId": id, "logName": project + "/logs/cloudaudit.googleapis.com%2Factivity", "timestamp": at.Format(time.RFC3339Nano),
		"resource": record{"type": "gcs_bucket", "labels": record{"project_id": strings.TrimPrefix(project, "projects/")}},
		"protoPayload": record{
			"@type": "type.googleapis.com/google.cloud.audit.AuditLog", "serviceName": "storage.googleapis.com", "methodName": "storage.buckets.create",
			"resourceName": "projects/_/buckets/b", "authenticationInfo": record{"principalEmail": "alice@example.com"},
			"authorizationInfo": []any{record{"permission": "storage.buckets.create", "granted": true, "resource": "projects/_/buckets/b"}},
		},
	}
}

func encoded(o record) string {
	b, err := json.Marshal(o)
	if err != nil {
		panic(err)
	}
	return string(b)
}

// write adds an entry to Cloud Logging.
func (s *logStore) write(list ...record) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.entries = append(s.entries, list...)
}

// publish adds a message to the subscription.
func (s *logStore) publish(data string, at time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.messages = append(s.messages, &message{data: data, at: at})
}

// lapse lets messages come again that were not acknowledged.
func (s *logStore) lapse() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, m := range s.messages {
		m.hidden = false
	}
}

// waiting returns how many messages are not acknowledged.
func (s *logStore) waiting() (n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, m := range s.messages {
		if !m.acked {
			n++
		}
	}
	return n
}

// put writes an object to the bucket.
func (s *logStore) put(name string, list ...record) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.objects == nil {
		s.objects = map[string]string{}
	}
	text := ""
	for _, o := range list {
		text += encoded(o) + "\n"
	}
	s.objects[name] = text
}

func (s *logStore) serve(w http.ResponseWriter, r *http.Request, what string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	var body record
	_ = json.NewDecoder(r.Body).Decode(&body) // Of those that have one.
	switch {
	case what == "logging v2/entries:list":
		s.list(w, body)
	case what == "pubsub v1/projects/shop-prod/subscriptions/audit:pull":
		s.pull(w)
	case strings.HasPrefix(what, "pubsub v1/projects/shop-prod/subscriptions/audit:"):
		s.acknowledge(w, body, strings.HasSuffix(what, ":acknowledge"))
	case what == "storage storage/v1/b/logs/o":
		s.names(w, r)
	case strings.HasPrefix(what, "storage storage/v1/b/logs/o/"):
		name, _ := url.PathUnescape(strings.TrimPrefix(what, "storage storage/v1/b/logs/o/"))
		if _, ok := s.objects[name]; !ok {
			notFound(w)
			return true
		}
		_, _ = fmt.Fprint(w, s.objects[name])
	default:
		return false
	}
	return true
}

// list answers with entries of the containers and times that are asked for.
func (s *logStore) list(w http.ResponseWriter, body record) {
	names, _ := body["resourceNames"].([]any)
	filter := str(body, "filter")
	s.asked = append(s.asked, fmt.Sprint(names, filter))
	bounds := regexp.MustCompile(`timestamp>="([^"]+)" AND timestamp<"([^"]+)"`).FindStringSubmatch(filter)
	var found []record
	for _, e := range s.entries {
		log, _, _ := strings.Cut(str(e, "logName"), "/logs/")
		at, _ := time.Parse(time.RFC3339Nano, str(e, "timestamp"))
		from, _ := time.Parse(time.RFC3339Nano, bounds[1])
		until, _ := time.Parse(time.RFC3339Nano, bounds[2])
		if slices.Contains(names, any(log)) && !at.Before(from) && at.Before(until) {
			found = append(found, e)
		}
	}
	slices.SortStableFunc(found, func(a, b record) int { return strings.Compare(str(a, "timestamp"), str(b, "timestamp")) })
	start, _ := strconv.Atoi(str(body, "pageToken"))
	end := min(start+max(2, s.page), len(found))
	o := record{}
	if start < end {
		o["entries"] = found[start:end]
	}
	if end < len(found) {
		o["nextPageToken"] = strconv.Itoa(end)
	}
	_ = json.NewEncoder(w).Encode(o)
}

func (s *logStore) pull(w http.ResponseWriter) {
	var list []any
	for i, m := range s.messages {
		if m.hidden || m.acked || len(list) == 2 {
			continue
		}
		m.hidden = true
		m.given++
		list = append(list, record{"ackId": strconv.Itoa(i), "message": record{
			"data": base64.StdEncoding.EncodeToString([]byte(m.data)), "messageId": strconv.Itoa(i), "publishTime": m.at.Format(time.RFC3339Nano),
		}})
	}
	o := record{}
	if list != nil {
		o["receivedMessages"] = list
	}
	_ = json.NewEncoder(w).Encode(o)
}

func (s *logStore) acknowledge(w http.ResponseWriter, body record, done bool) {
	ids, _ := body["ackIds"].([]any)
	for _, id := range ids {
		i, _ := strconv.Atoi(fmt.Sprint(id))
		s.messages[i].acked = s.messages[i].acked || done
	}
	_, _ = fmt.Fprint(w, "{}")
}

func (s *logStore) names(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	var found []string
	for name := range s.objects {
		if strings.HasPrefix(name, q.Get("prefix")) && name >= q.Get("startOffset") {
			found = append(found, name)
		}
	}
	slices.Sort(found)
	start, _ := strconv.Atoi(q.Get("pageToken"))
	end := min(start+2, len(found))
	items := []any{}
	for _, name := range found[min(start, end):end] {
		items = append(items, record{"name": name})
	}
	o := record{"items": items}
	if end < len(found) {
		o["nextPageToken"] = strconv.Itoa(end)
	}
	_ = json.NewEncoder(w).Encode(o)
}
