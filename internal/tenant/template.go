package tenant

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"

	"github.com/leastward/leastward/internal/tenant/draw"
)

// variable is one placeholder of a template.
type variable uint8

const (
	vAccount variable = iota
	vRegion
	vTeam
	vEnv
	vBucket
	vTable
	vQueue
	vSecret
	vKey // KMS key id.
	vFunction
	vInstance
	vRole
	vUser
	vStack
	vObject        // An object's key; rolled for each event.
	fixedVariables // Those below are rolled anew at each use.

	vUUID = iota - 1
	vHex
	vNumber
)

func variables() map[string]variable {
	return map[string]variable{
		"account": vAccount, "region": vRegion, "team": vTeam, "env": vEnv, "bucket": vBucket, "table": vTable,
		"queue": vQueue, "secret": vSecret, "key": vKey, "function": vFunction, "instance": vInstance,
		"role": vRole, "user": vUser, "stack": vStack,
		"object": vObject, "uuid": vUUID, "hex": vHex, "number": vNumber,
	}
}

// template is a text with placeholders ($name), taken apart once.
type template struct {
	texts []string // One more than vars.
	vars  []variable
}

func parseTemplate(text string) (template, error) {
	var t template
	names := variables()
	for {
		before, after, found := strings.Cut(text, "$")
		t.texts = append(t.texts, before)
		if !found {
			return t, nil
		}
		end := strings.IndexFunc(after, func(c rune) bool { return c < 'a' || c > 'z' })
		if end < 0 {
			end = len(after)
		}
		v, ok := names[after[:end]]
		if !ok {
			return t, fmt.Errorf("template %q: unknown placeholder $%s", text, after[:end])
		}
		t.vars = append(t.vars, v)
		text = after[end:]
	}
}

func (t template) uses(v variable) bool { return slices.Contains(t.vars, v) }

func (t template) empty() bool { return len(t.vars) == 0 && (len(t.texts) == 0 || t.texts[0] == "") }

// values are what the fixed placeholders stand for.
type values [fixedVariables]string

// append renders the template; r rolls what is new at each use.
func (t template) append(b []byte, v *values, r *rand.Rand) []byte {
	for i, name := range t.vars {
		b = append(b, t.texts[i]...)
		b = name.append(b, v, r)
	}
	return append(b, t.texts[len(t.texts)-1]...)
}

func (name variable) append(b []byte, v *values, r *rand.Rand) []byte {
	switch {
	case name < fixedVariables:
		return append(b, v[name]...)
	case name == vUUID:
		return draw.AppendUUID(b, r)
	case name == vHex:
		return draw.AppendDigits(b, r, draw.HexDigits, 17)
	}
	return strconv.AppendInt(b, int64(r.IntN(9000)+1000), 10)
}

// objectKey rolls the key of an object in a bucket.
func objectKey(r *rand.Rand) string {
	folders := [4]string{"inbound/", "outbound/", "daily/", "reports/2026/"}
	b := append(make([]byte, 0, 40), folders[r.IntN(len(folders))]...)
	return string(append(draw.AppendDigits(b, r, draw.HexDigits, 12), ".parquet"...))
}
