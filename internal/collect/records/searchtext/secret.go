package searchtext

import (
	"bytes"
	"slices"
	"strings"

	"github.com/leastward/leastward/internal/collect/records/jsonscan"
)

// secretKeys remembers which keys hold secrets: there are few different ones.
type secretKeys map[string]secrecy

// secrecy tells what under a key is secret.
type secrecy uint8

const (
	public     secrecy = iota
	secretText         // Texts and lists: an object tells by its own keys.
	secretAll
)

// maxKeys bounds what is remembered: past it, it starts anew. Longer keys are
// not worth it.
const (
	maxKeys = 1 << 12
	maxKey  = 256
)

// hold reports whether what stands under a key is a secret; first is the byte
// that it begins with.
func (s secretKeys) hold(key []byte, first byte) bool {
	secret, known := s[string(key)]
	if !known {
		if secret = secrecyOf(key); len(key) <= maxKey {
			if len(s) >= maxKeys {
				clear(s)
			}
			s[string(key)] = secret
		}
	}
	return secret == secretAll || secret == secretText && first != '{'
}

// secrecyOf tells whether the values of a key are credentials or content
// that is nobody's to find by searching: passwords, keys, tokens of any kind,
// what is encrypted, environments and templates, which often have some of these.
// The clouds leave many of them out themselves.
func secrecyOf(key []byte) secrecy {
	lower := strings.ToLower(string(key))
	for _, part := range []string{"environmentvariable", "privatekey", "private_key", "secretto"} {
		if strings.Contains(lower, part) {
			return secretAll
		}
	}
	switch {
	case slices.ContainsFunc(secretEndings(), func(ending string) bool { return strings.HasSuffix(lower, ending) }):
		return secretAll
	case lower == "accesskey", strings.HasSuffix(lower, "secret"):
		// The accessKey of CreateAccessKey and the masterUserSecret of a database
		// are objects that tell ids; that of an HTTP endpoint is the secret itself.
		return secretText
	}
	return public
}

// secretEndings are how the keys end: of parameters and answers in the API
// references of the services, in small letters.
func secretEndings() []string {
	return []string{
		"password", "passwd", "passphrase", "passworddata", "secretaccesskey", "secretkey", "secretstring", "secretbinary", "secrethash",
		"secret_hash", "secretcode", "token", "plaintext", "ciphertextblob", "keymaterial", "userdata", "samlassertion",
		"authenticationcode1", "authenticationcode2", "tokencode", "stringseed", "qrcodepng",
		"secrettext", "adminpassword", "customdata", "protectedsettings", "primarykey", "secondarykey", "ciphertext", "rawkey", "keystring",
		// Keys of APIs, networks and endpoints.
		"apikey", "apikeyvalue", "authkey", "sharedkey", "streamkey", "tokenkey", "customer-key", "customerkey", "signature", "platformcredential",
		"connectionstring", "credentialpair", "basicauthcredentials", "customergatewayconfiguration",
		// Codes that are given once.
		"devicecode", "usercode", "confirmationcode", "verificationcode", "activationcode", "authorizationcode", "codeverifier",
		// Lists of names and values that nobody vouches for.
		"environment", "variables", "optionsettings", "authparameters", "authorizationparameters", "challengeresponses", "parametervalue", "templatebody",
		"typeconfiguration",
		// Addresses that let in whoever has them.
		"authorizedurl", "sastoken", "sasuri", "sasurl", "presignedurl", "signedurl", "embedurl", "streamingurl", "signinurl",
	}
}

// maxBlob is how long a string without a break may be before it is taken for
// encoded bytes.
const maxBlob = 256

// worthFinding leaves out values that the cloud hid, encoded bytes, and
// secrets that are known by their form.
func worthFinding(value []byte) bool {
	if len(value) == 0 {
		return false
	}
	switch value[0] {
	case 'H':
		if bytes.HasPrefix(value, []byte("HIDDEN_")) {
			return false
		}
	case '<':
		if bytes.HasPrefix(value, []byte("<sensitiveDataRemoved>")) {
			return false
		}
	case '*':
		if len(value) > 1 && value[len(value)-1] == '*' || len(bytes.Trim(value, "*")) == 0 {
			return false
		}
	case 'e':
		if bytes.HasPrefix(value, []byte("eyJ")) { // A JSON web token.
			return false
		}
	}
	if len(value) > maxBlob && encoded(value) {
		return false
	}
	return len(value) < len("a://b:c@d") || !bytes.Contains(value, []byte("PRIVATE KEY-----")) && !lettingIn(value)
}

// lettingIn reports whether the text is an address that lets in whoever has it,
// signed beforehand or with a password before the host, or a connection string
// with one.
func lettingIn(value []byte) bool {
	if bytes.IndexByte(value, '=') > 0 {
		lower := bytes.ToLower(value)
		for _, word := range []string{"password=", "pwd=", "accountkey=", "sharedaccesskey=", "sharedaccesssignature="} {
			if bytes.Contains(lower, []byte(word)) {
				return true
			}
		}
	}
	_, rest, ok := bytes.Cut(value, []byte("://"))
	if !ok {
		return false
	}
	host := rest
	if end := bytes.IndexAny(rest, "/?#"); end >= 0 {
		host = rest[:end]
	}
	user, _, ok := bytes.Cut(host, []byte("@"))
	return ok && bytes.ContainsRune(user, ':') ||
		signed(rest)
}

// signed reports whether an address holds a signature: of AWS, of Azure's shared
// access signatures, of Google Cloud.
func signed(rest []byte) bool {
	for _, parameter := range []string{"X-Amz-Signature=", "&Signature=", "&sig=", "?sig=", "X-Goog-Signature="} {
		if bytes.Contains(rest, []byte(parameter)) {
			return true
		}
	}
	return false
}

// encoded reports whether the text is base64, of either alphabet.
func encoded(value []byte) bool {
	for _, c := range value {
		letter := 'a' <= c|0x20 && c|0x20 <= 'z'
		if !letter && !jsonscan.IsDigit(c) && c != '+' && c != '/' && c != '-' && c != '_' && c != '=' && c != '\r' && c != '\n' {
			return false
		}
	}
	return true
}
