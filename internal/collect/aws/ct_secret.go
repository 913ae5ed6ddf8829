package aws

import (
	"bytes"
	"strings"
)

// holdsSecret reports whether the values of a key are credentials or content
// that is nobody's to find by searching: passwords, keys, tokens of any kind,
// what is encrypted. CloudTrail leaves most of them out itself.
func holdsSecret(key []byte) bool {
	if len(key) < len("token") {
		return false
	}
	switch key[len(key)-1] | 0x20 { // The last letter tells quickly that most keys are none.
	case 'd', 'e', 'y', 'g', 'n', 't', 'b', 'l', 'a', '1', '2':
	default:
		return false
	}
	lower := strings.ToLower(string(key))
	for _, ending := range []string{
		"password", "passwd", "passphrase", "secretaccesskey", "secretkey", "privatekey", "secretstring", "secretbinary",
		"clientsecret", "token", "plaintext", "ciphertextblob", "keymaterial", "userdata", "samlassertion",
		"authenticationcode1", "authenticationcode2", "tokencode", "stringseed", "qrcodepng",
	} {
		if strings.HasSuffix(lower, ending) {
			return true
		}
	}
	return false
}

// maxBlob is how long a string without a break may be before it is taken for
// encoded bytes.
const maxBlob = 256

// worthFinding leaves out values that CloudTrail hid, encoded bytes, and
// secrets that are known by their form.
func worthFinding(value []byte) bool {
	switch {
	case len(value) == 0:
		return false
	case value[0] == 'H' && bytes.HasPrefix(value, []byte("HIDDEN_")),
		value[0] == '<' && bytes.HasPrefix(value, []byte("<sensitiveDataRemoved>")),
		value[0] == '*' && len(bytes.Trim(value, "*")) == 0,
		value[0] == 'e' && bytes.HasPrefix(value, []byte("eyJ")): // A JSON web token.
		return false
	case len(value) > maxBlob:
		return !encoded(value) && !bytes.Contains(value, []byte("PRIVATE KEY-----"))
	}
	return true
}

// encoded reports whether the text is base64, of either alphabet.
func encoded(value []byte) bool {
	for _, c := range value {
		letter := 'a' <= c|0x20 && c|0x20 <= 'z'
		if !letter && !isDigit(c) && c != '+' && c != '/' && c != '-' && c != '_' && c != '=' && c != '\r' && c != '\n' {
			return false
		}
	}
	return true
}
