package config

import (
	"errors"
	"fmt"
)

// The ways to choose the systems to read.
const (
	// OnboardAutomatic reads each system that is found.
	OnboardAutomatic = "automatic"
	// OnboardListed reads those that the file names and looks for no others.
	OnboardListed = "listed"
	// OnboardSelected finds all and reads those that were picked.
	OnboardSelected = "selected"
)

// LiveCloud says how to read a tenant or an organisation through its APIs:
// *AWSOrganization, *AzureLive or *GCPLive.
type LiveCloud interface {
	validate() error
	paths() []*string
}

// onboarding checks how systems are chosen.
func (s Section) onboarding(mode string) error {
	switch {
	case s.Files != nil && s.Live != nil:
		return errors.New("live, files: give one of the two: the systems are read from their APIs or from exported files")
	case mode == "" && len(s.Selected) == 0:
		return nil
	case s.Files == nil && s.Live == nil:
		return errors.New("onboard: chooses from live or files; give one of these, or leave it out")
	case s.Live == nil && (mode == OnboardSelected || len(s.Selected) > 0):
		return errors.New("onboard: selected needs live; name the systems of files and write listed")
	}
	if len(s.Selected) > 0 && mode != OnboardSelected {
		return fmt.Errorf("selected: has an effect with onboard: selected only, not with %s", mode)
	}
	return oneOf("onboard", mode, OnboardAutomatic, OnboardListed, OnboardSelected)
}
