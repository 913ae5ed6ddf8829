package access

import (
	"os"

	"go.yaml.in/yaml/v3"
)

// Verified returns a function for Options.Verified over exporter-toolkit's web
// configuration file, which the toolkit reads at each request, too: the
// listener checks the password of every request as soon as the file has
// basic_auth_users, and of none before. A file that cannot be read verifies
// nobody. "" is no file.
// https://github.com/prometheus/exporter-toolkit/blob/master/docs/web-configuration.md
func Verified(file string) func(user string) bool {
	return func(user string) bool {
		if file == "" {
			return false
		}
		text, err := os.ReadFile(file)
		if err != nil {
			return false
		}
		var web struct {
			Users map[string]string `yaml:"basic_auth_users"`
		}
		if err := yaml.Unmarshal(text, &web); err != nil {
			return false
		}
		_, known := web.Users[user]
		return known
	}
}
