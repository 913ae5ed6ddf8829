package azure

import (
	"strings"

	"github.com/leastward/leastward/internal/collect/records/jsonscan"
)

// put puts a text behind the others of the detail.
func (n *normaliser) put(s string) {
	if s != "" {
		n.detail.Put([]byte(s))
	}
}

// collect puts the values of an object behind the others. Some of them are JSON
// in a string, as requestbody and statusMessage are, and are taken apart, so
// that the secrets within are left out.
func (n *normaliser) collect(object []byte) {
	if len(object) == 0 || object[0] != '{' {
		return
	}
	jsonscan.Members(object, func(key, value []byte) {
		inner := value
		if value[0] == '"' {
			if o := n.nested(value, '{'); o != nil {
				inner = o
			} else if a := n.nested(value, '['); a != nil {
				inner = a
			}
		}
		n.member = append(append(append(append(n.member[:0], '"'), key...), `":`...), inner...)
		n.detail.Add(n.member, nil)
	})
}

// collectArray does the same for the objects of an array.
func (n *normaliser) collectArray(array []byte) {
	if len(array) == 0 || array[0] != '[' {
		return
	}
	jsonscan.Elements(array, func(value []byte) {
		if value[0] == '{' {
			n.collect(value)
			return
		}
		n.detail.Add(value, nil)
	})
}

// eventID returns the id of an event: the last part but one of the path that
// the REST API also has for it, in lower case.
func eventID(s string) string {
	if _, rest, ok := strings.Cut(s, "/events/"); ok {
		s, _, _ = strings.Cut(rest, "/")
	}
	return strings.ToLower(s)
}

// spelled returns a type of resource as the catalogue spells its provider and
// type, where the log has it in capitals.
func (n *normaliser) spelled(typ string) string {
	if strings.ToUpper(typ) != typ || !strings.Contains(typ, "/") {
		return n.names.Bytes([]byte(typ))
	}
	for _, action := range []string{"/read", "/write"} {
		if c := n.call(typ + action); c.name != "" {
			return n.names.Bytes([]byte(c.name[:len(c.name)-len(action)]))
		}
	}
	return n.names.Bytes([]byte(typ))
}
