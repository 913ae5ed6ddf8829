package config

import (
	"errors"
	"fmt"
	"regexp"
	"slices"

	"github.com/leastward/leastward/internal/config"
)

// API says who may ask the API, and for what. With neither tokens nor users
// whoever reaches the listener may read everything, and nobody may write.
type API struct {
	Tokens []Token `yaml:"tokens"`
	Users  []User  `yaml:"users"`
	// Anonymous lets whoever reaches the listener read everything also where
	// there are tokens or users. Defaults to false.
	Anonymous bool `yaml:"anonymous"`
}

// Token is a bearer token.
type Token struct {
	Name  string        `yaml:"name"`  // Of whoever has it; owner of what it saves.
	Token config.Secret `yaml:"token"` // At least 20 characters.
	// TokenFile holds the token instead; it is read with the configuration.
	TokenFile string `yaml:"token_file"`
	// OnBehalf lets whoever has the token say for which of its users it asks, in
	// the header X-Leastward-User: a program that logs people in itself, such as
	// Grafana. Defaults to false.
	OnBehalf bool `yaml:"on_behalf"`
	Grant    `yaml:",inline"`

	read config.Secret // What TokenFile holds.
}

// User is a name of the web configuration file's basic_auth_users.
type User struct {
	Name  string `yaml:"name"`
	Grant `yaml:",inline"`
}

// Grant is what a caller may do, and of which systems.
type Grant struct {
	Role string `yaml:"role"` // viewer, requestor, approver, controller or admin.
	// Systems are ids of systems, and "platform" for the suite's own log.
	// Without systems and folders it is all of them.
	Systems []string `yaml:"systems"`
	Folders []string `yaml:"folders"` // Adds to systems.
}

// minToken is the shortest token that is taken, in characters.
const minToken = 20

func (c *Config) validateAPI() error {
	names := map[string]bool{}
	for i := range c.API.Tokens {
		if err := c.API.Tokens[i].validate(c, names); err != nil {
			return fmt.Errorf("api.tokens[%d].%w", i, err)
		}
	}
	for i := range c.API.Users {
		u := &c.API.Users[i]
		err := callerName(u.Name, names)
		if err == nil {
			err = u.validate(c)
		}
		if err != nil {
			return fmt.Errorf("api.users[%d].%w", i, err)
		}
	}
	return nil
}

func (t *Token) validate(c *Config, names map[string]bool) error {
	switch {
	case t.Token != "" && t.TokenFile != "":
		return errors.New("token, token_file: give one of the two")
	case t.Token == "" && t.TokenFile == "":
		return errors.New("token, token_file: one of the two is missing")
	case t.Token != "" && len(t.Token) < minToken:
		return errors.New("token: " + shortToken)
	}
	if err := callerName(t.Name, names); err != nil {
		return err
	}
	return t.Grant.validate(c)
}

const shortToken = "has less than 20 characters; make one with `openssl rand -hex 32`"

// Secret returns the token, from wherever it comes.
func (t *Token) Secret() config.Secret {
	if t.TokenFile != "" {
		return t.read
	}
	return t.Token
}

// readTokens reads the files of tokens.
func (a *API) readTokens() error {
	for i := range a.Tokens {
		t := &a.Tokens[i]
		if t.TokenFile == "" {
			continue
		}
		var err error
		if t.read, err = config.ReadSecret(t.TokenFile); err == nil && len(t.read) < minToken {
			err = fmt.Errorf("the token in %s %s", t.TokenFile, shortToken)
		}
		if err != nil {
			return fmt.Errorf("api.tokens[%d].token_file: %w", i, err)
		}
	}
	return nil
}

// callerName checks a name, which no other token or user may have: what one
// saves is not the other's.
func callerName(name string, names map[string]bool) error {
	if !regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._@-]{0,99}$`).MatchString(name) {
		return fmt.Errorf("name: %q is not made of letters, digits, dots, underscores, hyphens and @, at most 100", name)
	}
	if names[name] {
		return fmt.Errorf("name: %q stands twice", name)
	}
	names[name] = true
	return nil
}

func (g *Grant) validate(c *Config) error {
	if err := oneOf("role", g.Role, "viewer", "requestor", "approver", "controller", "admin"); err != nil {
		return err
	}
	ids, folders := c.scopes()
	for _, id := range g.Systems {
		if !ids[id] && id != "platform" {
			return fmt.Errorf("systems: %s is neither the id of %s in this file nor platform", id, c.aSystem())
		}
	}
	if i := slices.IndexFunc(g.Folders, func(f string) bool { return !folders[f] }); i >= 0 {
		return fmt.Errorf("folders: no %s of this file is in %q", c.noun(), g.Folders[i])
	}
	return nil
}
