package azure

import "time"

// LogOptions say where events are read.
type LogOptions struct {
	Window time.Duration
}

func (o LogOptions) withDefaults() LogOptions { return o }

func (o *LogOptions) validate() error { return nil }
