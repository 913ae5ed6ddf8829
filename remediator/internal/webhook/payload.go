// Package webhook takes Alertmanager's notifications in.
package webhook

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"
)

// payload is the body of a notification: version 4 of Alertmanager, or version 1
// of Grafana's own Alertmanager, whose alerts have the same members; see
// https://prometheus.io/docs/alerting/latest/configuration/#webhook_config and
// https://grafana.com/docs/grafana/latest/alerting/configure-notifications/manage-contact-points/integrations/webhook-notifier/.
// Fields that we don't need are not decoded: some are added over time.
type payload struct {
	Version         string `json:"version"`
	GroupKey        string `json:"groupKey"`
	TruncatedAlerts int    `json:"truncatedAlerts"`
	Alerts          []item `json:"alerts"`
}

type item struct {
	Status       string            `json:"status"`
	Labels       map[string]string `json:"labels"`
	Annotations  map[string]string `json:"annotations"`
	StartsAt     time.Time         `json:"startsAt"`
	GeneratorURL string            `json:"generatorURL"`
	Fingerprint  string            `json:"fingerprint"`
}

// The versions of the body.
const (
	fromAlertmanager = "4"
	fromGrafana      = "1"
)

// The states of an alert.
const (
	firing   = "firing"
	resolved = "resolved"
)

// decode reads a notification and checks what does not depend on the labels.
func decode(r io.Reader) (*payload, error) {
	var p payload
	d := json.NewDecoder(r)
	if err := d.Decode(&p); err != nil {
		return nil, fmt.Errorf("the body is not an Alertmanager notification: %w", err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("the body has something after the notification")
	}
	if p.Version != fromAlertmanager && p.Version != fromGrafana {
		return nil, fmt.Errorf("version: %q is not \"4\" of Alertmanager or \"1\" of Grafana, the only ones known", p.Version)
	}
	if len(p.Alerts) == 0 {
		return nil, errors.New("alerts: empty")
	}
	for i, a := range p.Alerts {
		if err := a.check(); err != nil {
			return nil, fmt.Errorf("alerts[%d].%w", i, err)
		}
	}
	return &p, nil
}

func (a *item) check() error {
	switch {
	case a.Status != firing && a.Status != resolved:
		return fmt.Errorf("status: %q is not firing or resolved", a.Status)
	case a.Fingerprint == "":
		return errors.New("fingerprint: missing")
	case len(a.Fingerprint) > 64:
		return errors.New("fingerprint: longer than 64 bytes")
	case a.StartsAt.IsZero():
		return errors.New("startsAt: missing")
	}
	return nil
}
