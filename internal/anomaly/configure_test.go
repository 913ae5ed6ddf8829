package anomaly_test

import (
	"strings"
	"testing"
	"time"

	"github.com/leastward/leastward/internal/alert"
	"github.com/leastward/leastward/internal/anomaly"
	"github.com/leastward/leastward/internal/config"
)

type ruleFile struct {
	Use []anomaly.Use  `yaml:"use"`
	Own []anomaly.Rule `yaml:"own"`
}

func configure(t *testing.T, text string) ([]anomaly.Rule, error) {
	t.Helper()
	var f ruleFile
	if err := config.DecodeStrict(strings.NewReader(text), &f); err != nil {
		return nil, err
	}
	return anomaly.Configure(anomaly.Rules(), f.Use, f.Own)
}

func TestConfigure(t *testing.T) {
	t.Parallel()
	list, err := configure(t, `
use:
  - {name: first-time-resource, interval: 30d, systems: ["012345678901"], where: 'not user:ci-*', severity: critical, owner: sec, ignore_reads: true}
  - name: first-time-action
    ignore_reads: false
own:
  - {name: own, kind: identity, enabled: true, interval: 60d, severity: info, where: {field: role, op: is, values: [deploy]}}
`)
	if err != nil {
		t.Fatal(err)
	}
	resource, action, identity, own := list[0], list[1], list[2], list[3]
	if !resource.Enabled || resource.Interval.Std() != 30*24*time.Hour || resource.Systems[0] != "012345678901" || resource.Where.Node == nil ||
		resource.Severity != alert.Critical || resource.Owner != "sec" || !resource.IgnoreReads {
		t.Errorf("got %+v", resource)
	}
	if !action.Enabled || action.IgnoreReads || action.Interval.Std() != 90*24*time.Hour || identity.Enabled || own.Where.Node == nil {
		t.Errorf("got %+v, %+v, %+v", action, identity, own)
	}
	if anomaly.Rules()[0].Enabled {
		t.Error("the shipped rules were changed")
	}
}

func TestConfigureRejects(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"use: [{name: first-time-thing}]":                                               `trigger "first-time-thing": name: no first-time rule of this name ships`,
		"use: [{name: first-time-action}, {name: first-time-action}]":                   `trigger "first-time-action": name: it stands twice`,
		"use: [{name: first-time-action, interval: 31d}]":                               `trigger "first-time-action": interval: 31d is not one of 30d, 60d, 90d`,
		"own: [{name: first-time-action, kind: action, interval: 30d, severity: info}]": `trigger "first-time-action": name: another rule has the same; choose another`,
		"use: [{name: first-time-action, where: 'outcome:perhaps'}]":                    `perhaps`,
		"use: [{nome: x}]": `there is no field "nome"`,
	} {
		if _, err := configure(t, text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", text, err, want)
		}
	}
}
