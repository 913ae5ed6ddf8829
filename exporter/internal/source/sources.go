package source

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/leastward/leastward/exporter/internal/collector"
	"github.com/leastward/leastward/exporter/internal/config"
	"github.com/leastward/leastward/internal/entitlement"
)

// Sources returns a source for each system of every cloud. Of files that hold
// systems which nobody named it reads who may do what, to find these. An error
// begins with the field of the configuration that it is about.
func Sources(ctx context.Context, o Options) ([]collector.Source, error) {
	list, err := New(o)
	if err != nil {
		return nil, fmt.Errorf("aws.accounts%w", err)
	}
	for _, section := range o.Sections {
		live, err := o.liveMembers(ctx, section)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", field(&section), err)
		}
		list = append(list, live...)
		for _, e := range estatesOf(section, &o) {
			members, err := e.members(ctx, o.now())
			if err != nil {
				return nil, fmt.Errorf("%s.files: %w", section.Cloud, err)
			}
			list = append(list, members...)
		}
	}
	return list, nil
}

// field is where a section says how to read through APIs.
func field(s *config.Section) string {
	if s.Cloud == entitlement.AWS {
		return "aws.organization"
	}
	return string(s.Cloud) + ".live"
}

func (o *Options) now() time.Time {
	if o.Now == nil {
		return time.Now()
	}
	return o.Now()
}

// estatesOf returns an estate for each set of files: that of the section, and
// those that systems have of their own.
func estatesOf(s config.Section, o *Options) []*Estate {
	anew := func(files *config.CloudFiles) *Estate {
		return &Estate{Cloud: s.Cloud, Paths: *files, Audit: o.Audit, Logger: o.Logger, Listed: true}
	}
	var list []*Estate
	var common *Estate
	if s.Files != nil {
		common = anew(s.Files)
		common.Listed = !s.Automatic
		list = append(list, common)
	}
	for _, one := range s.Systems {
		system := one.System(s.Cloud)
		if one.Files == nil && common == nil {
			continue // Is read through APIs.
		}
		if one.Files == nil {
			common.Expect = append(common.Expect, system)
			continue
		}
		own := anew(one.Files)
		own.Expect = []entitlement.System{system}
		list = append(list, own)
		if common != nil {
			common.Except = append(common.Except, system.ID)
		}
	}
	return list
}

// members returns a source for each system of an estate: those that are named,
// and where any is taken those that the files hold.
func (e *Estate) members(ctx context.Context, now time.Time) ([]collector.Source, error) {
	all := newShared(e)
	systems := slices.Clone(e.Expect)
	if !e.Listed {
		found, err := all.find(ctx, now)
		if err != nil {
			return nil, err
		}
		for _, s := range found {
			if e.expected(s.ID) == nil {
				systems = append(systems, s)
			}
		}
		if len(systems) == 0 && len(e.Except) == 0 {
			return nil, e.holdNothing(all.found)
		}
	}
	list := make([]collector.Source, 0, len(systems))
	for _, s := range systems {
		all.systems = append(all.systems, s.ID)
		list = append(list, &member{all, s})
	}
	return list, nil
}

// holdNothing says that files which were read hold no system at all.
func (e *Estate) holdNothing(found *exported) error {
	if len(found.problems) > 0 {
		return e.nothing(found.problems)
	}
	r := &found.records
	return fmt.Errorf("they hold no %s: of %d records %d are of %s and say who may do what; check the paths of entitlements, and what was exported",
		plural(e.Cloud, 1), r.In, r.Taken, title(e.Cloud))
}

// title names a cloud to people.
func title(cloud entitlement.Cloud) string {
	if cloud == entitlement.Azure {
		return "Azure"
	}
	return "Google Cloud"
}
