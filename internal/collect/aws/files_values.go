package aws

import (
	"bytes"
	"errors"
	"net/url"
	"time"

	"github.com/leastward/leastward/internal/collect/records"
	"github.com/leastward/leastward/internal/collect/records/jsonscan"
	"github.com/leastward/leastward/internal/entitlement"
)

func asFileError(err error) (*FileError, bool) { return errors.AsType[*FileError](err) }

// stringOf returns the text of a JSON string, "" for any other value.
func stringOf(value []byte) string {
	return jsonscan.TextOf(value).String()
}

// timeOf returns the time in a JSON string or number, zero for null.
func timeOf(value []byte) (time.Time, error) {
	switch {
	case len(value) == 0 || value[0] == 'n':
		return time.Time{}, nil
	case value[0] == '"' && len(value) == 2:
		return time.Time{}, nil
	case value[0] == '"':
		return records.ParseTime([]byte(stringOf(value)))
	}
	return records.ParseEpoch(value)
}

// documentOf returns a policy document: an object as it stands, or one in a
// string, URL-encoded (RFC 3986) or not.
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html
func documentOf(value []byte) []byte {
	switch {
	case len(value) == 0 || value[0] == 'n':
		return nil
	case value[0] != '"':
		return bytes.Clone(value)
	}
	s := stringOf(value)
	if trimmed := bytes.TrimSpace([]byte(s)); len(trimmed) > 0 && trimmed[0] != '{' {
		if plain, err := url.PathUnescape(s); err == nil {
			s = plain
		}
	}
	return []byte(s)
}

// tagsOf reads [{"Key": …, "Value": …}, …].
func tagsOf(value []byte) map[string]string {
	var tags map[string]string
	jsonscan.Elements(value, func(tag []byte) {
		var key, val string
		object(tag, func(k, v []byte) {
			switch string(k) {
			case "Key":
				key = stringOf(v)
			case "Value":
				val = stringOf(v)
			}
		})
		if key == "" {
			return
		}
		if tags == nil {
			tags = map[string]string{}
		}
		tags[key] = val
	})
	return tags
}

// object calls visit for the members of a value, if it is an object.
func object(value []byte, visit func(key, value []byte)) {
	if len(value) > 0 && value[0] == '{' {
		jsonscan.Members(value, visit)
	}
}

// memberOf returns one member of an object, nil if there is none.
func memberOf(value []byte, name string) []byte {
	var found []byte
	object(value, func(k, v []byte) {
		if string(k) == name {
			found = v
		}
	})
	return found
}

func yes(b bool) entitlement.Tristate {
	if b {
		return entitlement.Yes
	}
	return entitlement.No
}
