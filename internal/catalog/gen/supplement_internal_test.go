package main

import (
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/leastward/leastward/internal/catalog"
)

func TestSupplement(t *testing.T) {
	t.Parallel()
	actions := []string{"a:GetX", "a:GetY", "a:GetZ", "b:getX"}
	for _, tt := range []struct {
		text    string
		want    map[string]string
		wantErr string
	}{
		{text: "", want: map[string]string{"a:GetX": "D"}},
		{text: "# c\na:GetY\tCD\tx\nb:getX\tC\ty\n", want: map[string]string{"a:GetX": "D", "a:GetY": "CD", "b:getX": "C"}},
		{text: "a:GetX\tC\tx\n", wantErr: "sensitive_more_aws.txt:1: a:GetX is in sensitive_aws.txt already; remove the row"},
		{text: "a:GetY\tC\tx\na:GetY\tC\tx\n", wantErr: "sensitive_more_aws.txt:2: a:GetY occurs twice; remove one of the rows"},
		{text: "a:GetZ\tC\tx\na:GetY\tC\tx\n", wantErr: "sensitive_more_aws.txt:2: a:GetY comes after a:GetZ; sort the rows"},
		{text: "a:Nope\tC\tx\n", wantErr: `sensitive_more_aws.txt:1: "a:Nope" is no action of the data set; correct or remove the row`},
		{text: "a:gety\tC\tx\n", wantErr: `sensitive_more_aws.txt:1: "a:gety" is no action of the data set; correct or remove the row`},
		{text: "a:Get*\tC\tx\n", wantErr: `sensitive_more_aws.txt:1: "a:Get*" is no action of the data set; correct or remove the row`},
		{text: "a:GetY\tDC\tx\n", wantErr: `sensitive_more_aws.txt:1: a:GetY has the class "DC", want C, D or CD`},
		{text: "a:GetY\tR\tx\n", wantErr: `sensitive_more_aws.txt:1: a:GetY has the class "R", want C, D or CD`},
		{text: "a:GetY\tC\n", wantErr: "sensitive_more_aws.txt:1: 2 fields, want action, class and what the action hands out"},
	} {
		sensitive := map[string]string{"a:GetX": "D"}
		err := supplement("", []file{{supplementName, []byte(tt.text)}}, actions, sensitive)
		if message(err) != tt.wantErr {
			t.Errorf("supplement(%q): %v, want %q", tt.text, err, tt.wantErr)
		}
		if err == nil && !maps.Equal(sensitive, tt.want) {
			t.Errorf("supplement(%q) (-want +got):\n%s", tt.text, cmp.Diff(tt.want, sensitive))
		}
	}
}

// Our table and the public list share no action, and the embedded catalogue
// holds the class of every row.
func TestSupplementIsCurrent(t *testing.T) {
	t.Parallel()
	public, err := readTable("../data", "sensitive_aws.txt")
	if err != nil {
		t.Fatal(err)
	}
	actions := embedded()
	want, err := public.resolve(actions)
	if err != nil {
		t.Fatal(err)
	}
	before := len(want)
	if err := supplement("../data", nil, actions, want); err != nil {
		t.Fatal(err)
	}
	if len(want)-before < 250 {
		t.Errorf("the supplement adds %d actions, want 250 at least", len(want)-before)
	}
	got := embeddedSensitive()
	for _, a := range slices.Sorted(maps.Keys(want)) {
		if got[a] != want[a] {
			t.Errorf("the catalogue has %q for %s, want %q; generate it anew", got[a], a, want[a])
		}
	}
	if len(got) != len(want) {
		t.Errorf("the catalogue has %d sensitive actions, the tables %d; generate it anew", len(got), len(want))
	}
}

// embeddedSensitive returns the class letters of the embedded catalogue's
// sensitive actions.
func embeddedSensitive() map[string]string {
	c, out := catalog.AWS(), map[string]string{}
	for i := range c.Len() {
		letters := ""
		for bit, letter := range []string{"C", "D", "P", "R"} {
			if c.Info(i).Sensitivity.Has(1 << bit) {
				letters += letter
			}
		}
		if letters != "" {
			out[string(c.Info(i).Action)] = letters
		}
	}
	return out
}
