package config

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/leastward/leastward/internal/entitlement"
)

// Azure lists the subscriptions to read.
type Azure struct {
	// Live reads them through Azure's APIs.
	Live *AzureLive `yaml:"live"`
	// Files hold any number of subscriptions, and of logs those of all of them.
	Files *CloudFiles `yaml:"files"`
	// Onboard says which subscriptions of Live or Files are read: automatic, the
	// default, each that is found, now or later; listed, those of Subscriptions
	// alone; or selected, those of Selected, too, while others are shown as
	// pending.
	Onboard       string         `yaml:"onboard"`
	Selected      []string       `yaml:"selected"`
	Subscriptions []*CloudSystem `yaml:"subscriptions"`
}

// GCP lists the projects to read.
type GCP struct {
	// Live reads them through Google Cloud's APIs.
	Live *GCPLive `yaml:"live"`
	// Files hold any number of projects, and of logs those of all of them.
	Files *CloudFiles `yaml:"files"`
	// Onboard says which projects of Live or Files are read: automatic, the
	// default, each that is found, now or later; listed, those of Projects alone;
	// or selected, those of Selected, too, while others are shown as pending.
	Onboard  string         `yaml:"onboard"`
	Selected []string       `yaml:"selected"`
	Projects []*CloudSystem `yaml:"projects"`
}

// CloudSystem is an Azure subscription or a Google Cloud project.
type CloudSystem struct {
	// ID is the subscription's GUID, in any case of its letters, or the project's
	// id. What is read must hold it.
	ID      string   `yaml:"id"`
	Name    string   `yaml:"name"`    // Defaults to the name that is read.
	Owner   string   `yaml:"owner"`   // Team that answers for it.
	Folders []string `yaml:"folders"` // Named sets of systems that it belongs to.
	// Files are its own; without them it is looked for in those of the section.
	Files *CloudFiles `yaml:"files"`
}

// CloudFiles are what the cloud's own tools export. Each is a file, a directory
// or a glob; what a document is, it says itself.
type CloudFiles struct {
	Entitlements []string `yaml:"entitlements"` // Who may do what, and on what resources.
	Logs         []string `yaml:"logs"`         // What was done.
}

// Section is what configures the systems of one cloud, whichever it is.
type Section struct {
	Cloud   entitlement.Cloud
	Files   *CloudFiles
	Systems []*CloudSystem
	// Automatic tells that systems are read that Files hold, or Live finds, and
	// Systems does not name.
	Automatic bool
	// Live is nil where nothing is read through APIs.
	Live     LiveCloud
	Mode     string   // Of onboarding; never "".
	Selected []string // Ids that were picked.
	// Apart are the ids of systems that are read on their own, as accounts of AWS
	// with settings of their own are.
	Apart []string
}

// Section returns what configures subscriptions.
func (a *Azure) Section() Section {
	s := Section{Cloud: entitlement.Azure, Files: a.Files, Systems: a.Subscriptions, Mode: cmp.Or(a.Onboard, OnboardAutomatic), Selected: a.Selected}
	if a.Live != nil {
		s.Live = a.Live
	}
	return s.automatic()
}

// Section returns what configures projects.
func (g *GCP) Section() Section {
	s := Section{Cloud: entitlement.GCP, Files: g.Files, Systems: g.Projects, Mode: cmp.Or(g.Onboard, OnboardAutomatic), Selected: g.Selected}
	if g.Live != nil {
		s.Live = g.Live
	}
	return s.automatic()
}

func (s Section) automatic() Section {
	s.Automatic = (s.Files != nil || s.Live != nil) && s.Mode == OnboardAutomatic
	return s
}

// Given reports whether there is anything to read.
func (s Section) Given() bool { return s.Files != nil || s.Live != nil || len(s.Systems) > 0 }

// System returns what the configuration says of a system.
func (s *CloudSystem) System(cloud entitlement.Cloud) entitlement.System {
	return entitlement.System{Cloud: cloud, ID: entitlement.SystemID(s.ID), Name: s.Name, Owner: s.Owner, Folders: s.Folders}
}

// Sections returns what configures the systems of Azure and Google Cloud, and
// those of an organisation of AWS.
func (c *Config) Sections() []Section {
	list := []Section{c.Azure.Section(), c.GCP.Section()}
	if c.AWS.Organization != nil {
		list = append(list, c.AWS.Section())
	}
	return list
}

// Systems returns the systems that the file names, of every cloud. Those that
// are found while reading are not among them.
func (c *Config) Systems() []entitlement.System {
	var list []entitlement.System
	for _, a := range c.AWS.Accounts {
		list = append(list, a.System())
	}
	for _, section := range c.Sections() {
		if section.Cloud == entitlement.AWS {
			continue // They are accounts.
		}
		for _, s := range section.Systems {
			list = append(list, s.System(section.Cloud))
		}
	}
	return list
}

func (a *Azure) validate() error {
	for i, s := range a.Subscriptions {
		if s == nil {
			return fmt.Errorf("subscriptions[%d]: is empty", i)
		}
		if !entitlement.IsGUID(s.ID) {
			return fmt.Errorf("subscriptions[%d].id: %q is not the id of a subscription, a GUID such as 00000000-0000-0000-0000-000000000000", i, s.ID)
		}
		s.ID = strings.ToLower(s.ID)
	}
	for i, id := range a.Selected {
		if !entitlement.IsGUID(id) {
			return fmt.Errorf("selected[%d]: %q is not the id of a subscription, a GUID", i, id)
		}
		a.Selected[i] = strings.ToLower(id)
	}
	if err := a.Section().onboarding(a.Onboard); err != nil {
		return err
	}
	if err := a.Live.validate(); err != nil {
		return err
	}
	return a.Section().validate("subscriptions")
}

func (g *GCP) validate() error {
	for i, s := range g.Projects {
		if s == nil {
			return fmt.Errorf("projects[%d]: is empty", i)
		}
		if !isProjectID(s.ID) {
			return fmt.Errorf("projects[%d].id: %q is not the id of a project, 6 to 30 lower-case letters, digits and hyphens such as my-project-123; "+
				"its number and its name are others", i, s.ID)
		}
	}
	for i, id := range g.Selected {
		if !isProjectID(id) {
			return fmt.Errorf("selected[%d]: %q is not the id of a project", i, id)
		}
	}
	if err := g.Section().onboarding(g.Onboard); err != nil {
		return err
	}
	if err := g.Live.validate(); err != nil {
		return err
	}
	return g.Section().validate("projects")
}

// validate checks what is the same for all clouds; list is the field that names
// the systems.
func (s Section) validate(list string) error {
	if err := s.Files.validate(); err != nil {
		return err
	}
	if s.Mode == OnboardListed && len(s.Systems) == 0 {
		return fmt.Errorf("onboard: is listed, and %s names none; name those that are read, or write automatic", list)
	}
	first := map[string]int{}
	for i, one := range s.Systems {
		if err := one.Files.validate(); err != nil {
			return fmt.Errorf("%s[%d].%w", list, i, err)
		}
		if k, twice := first[one.ID]; twice {
			return fmt.Errorf("%s[%d].id: %s stands at %s.%s[%d] already", list, i, one.ID, s.Cloud, list, k)
		}
		first[one.ID] = i
		switch {
		case one.Files == nil && s.Files == nil && s.Live == nil:
			return fmt.Errorf("%s[%d].files: is missing; give it, or %s.files, which hold them all", list, i, s.Cloud)
		case one.Files != nil && s.Live != nil && s.Mode == OnboardAutomatic:
			return fmt.Errorf("%s[%d].files: is found through %s.live, too; leave it out, or onboard: listed", list, i, s.Cloud)
		}
	}
	return nil
}

func (f *CloudFiles) validate() error {
	switch {
	case f == nil:
		return nil
	case len(f.Entitlements) == 0:
		return errors.New("files.entitlements: is missing; name files that say who may do what")
	}
	if i := slices.Index(f.Entitlements, ""); i >= 0 {
		return fmt.Errorf("files.entitlements[%d]: is empty", i)
	}
	if i := slices.Index(f.Logs, ""); i >= 0 {
		return fmt.Errorf("files.logs[%d]: is empty", i)
	}
	return nil
}

// paths returns the paths of the files, to be resolved.
func (s Section) paths() []*string {
	sets := []*CloudFiles{s.Files}
	for _, one := range s.Systems {
		sets = append(sets, one.Files)
	}
	var paths []*string
	if s.Live != nil {
		paths = s.Live.paths()
	}
	for _, f := range sets {
		if f == nil {
			continue
		}
		for i := range f.Entitlements {
			paths = append(paths, &f.Entitlements[i])
		}
		for i := range f.Logs {
			paths = append(paths, &f.Logs[i])
		}
	}
	return paths
}

// noun names the sort of thing that the file may list.
func (c *Config) noun() string {
	if slices.ContainsFunc(c.Sections(), Section.Given) {
		return "system"
	}
	return "account"
}

// aSystem is noun with its article.
func (c *Config) aSystem() string {
	if c.noun() == "account" {
		return "an account"
	}
	return "a system"
}
