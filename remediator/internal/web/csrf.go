package web

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
)

const cookieName = "leastward_csrf"

// token returns what a form must send back. It belongs to a cookie that is set
// if it isn't there: another site can neither read the one nor send the other.
func (s *Server) token(w http.ResponseWriter, r *http.Request) string {
	c, err := r.Cookie(cookieName)
	if err != nil {
		c = &http.Cookie{
			Name: cookieName, Value: rand.Text(), Path: "/", HttpOnly: true,
			SameSite: http.SameSiteLaxMode, Secure: r.TLS != nil,
		}
		http.SetCookie(w, c)
	}
	return s.sign(c.Value)
}

func (s *Server) sign(value string) string {
	mac := hmac.New(sha256.New, []byte(s.o.Key))
	mac.Write([]byte(value))
	return hex.EncodeToString(mac.Sum(nil))
}

// genuine reports whether a form comes from a page of ours.
func (s *Server) genuine(r *http.Request) bool {
	c, err := r.Cookie(cookieName)
	return err == nil && hmac.Equal([]byte(r.PostFormValue("token")), []byte(s.sign(c.Value)))
}
