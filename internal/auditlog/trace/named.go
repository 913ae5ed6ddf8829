package trace

import (
	"regexp"
	"slices"
	"strings"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/entitlement"
)

// maxNamed is how many names an edge has.
const maxNamed = 8

// named returns what a change of permissions says about to whom and of what:
// managed policies, accounts other than the event's own, and everybody. The
// names are those of what is taken away as well.
func named(ev *auditlog.Event, target string) (list []string) {
	note := func(name string) {
		if name != "" && len(list) < maxNamed && !slices.Contains(list, name) {
			list = append(list, name)
		}
	}
	for _, r := range ev.Resources {
		if arn := string(r.ID); strings.Contains(arn, ":policy/") && arn != target {
			note(nameOf(arn))
		}
	}
	words(ev, func(w string) { note(everybody(w)) })
	if publicPrincipal(ev.Detail) {
		note("everybody")
	}
	accounts(ev.Detail, func(account string) {
		if entitlement.SystemID(account) != ev.System {
			note("account " + account)
		}
	})
	return list
}

// everybody reports that a word of the parameters stands for the whole world;
// see https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html and
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_LaunchPermission.html.
func everybody(word string) string {
	switch word {
	case "0.0.0.0/0", "::/0":
		return word
	case "all", "public-read", "public-read-write", "authenticated-read",
		"http://acs.amazonaws.com/groups/global/AllUsers", "http://acs.amazonaws.com/groups/global/AuthenticatedUsers":
		return "everybody"
	}
	return ""
}

// publicPrincipal reports whether a policy document among the parameters has "*"
// for a principal.
func publicPrincipal(detail string) bool {
	return strings.Contains(detail, `"Principal"`) &&
		regexp.MustCompile(`"Principal"\s*:\s*(\{\s*"AWS"\s*:\s*)?(\[\s*)?"\*"`).MatchString(detail)
}

// accounts calls f for each number of twelve digits that stands by itself.
func accounts(text string, f func(string)) {
	const digits = 12
	word := func(i int) bool {
		return i >= 0 && i < len(text) && (text[i]|0x20 >= 'a' && text[i]|0x20 <= 'z' || text[i] >= '0' && text[i] <= '9' || text[i] == '-' || text[i] == '_')
	}
	for i := 0; i < len(text); i++ {
		if text[i] < '0' || text[i] > '9' {
			continue
		}
		start := i
		for i < len(text) && text[i] >= '0' && text[i] <= '9' {
			i++
		}
		if i-start == digits && !word(start-1) && !word(i) {
			f(text[start:i])
		}
	}
}
