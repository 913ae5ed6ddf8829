package onboard

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/leastward/leastward/internal/entitlement"
)

// Options say what a roster needs.
type Options struct {
	// File keeps what was discovered over restarts, so that an exporter that
	// starts while a cloud is away collects what it knows. "" keeps nothing.
	File string
	// Forget is how long a system that is discovered no longer is still looked
	// for, and shown as offline. Zero means a week.
	Forget time.Duration
	Now    func() time.Time // Nil means time.Now.
	Logger *slog.Logger     // Nil discards.
}

// Roster is what was discovered. It is safe for concurrent use.
type Roster struct {
	options Options

	mu       sync.Mutex // Guards sections and their memories.
	sections map[string]*memory
}

// memory is what is known of one section.
type memory struct {
	At      time.Time `json:"at"` // Of the last discovery that succeeded; zero if none did.
	Systems []seen    `json:"systems"`

	err error // Of the latest discovery.
}

// seen is a system with when it was last discovered.
type seen struct {
	Found
	At time.Time `json:"at"`
}

// New returns a roster with what its file has. A file that can't be read is an
// error.
func New(o Options) (*Roster, error) {
	o.Forget = cmp.Or(o.Forget, 7*24*time.Hour)
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	r := &Roster{options: o, sections: map[string]*memory{}}
	return r, r.load()
}

// Refresh discovers the systems of each section anew. One that fails keeps what
// it knew: its error is part of the statuses.
func (r *Roster) Refresh(ctx context.Context, sections []Section) {
	for i := range sections {
		if s := &sections[i]; s.Discoverer != nil {
			found, err := s.Discoverer.Discover(ctx)
			if err != nil && errors.Is(ctx.Err(), context.Canceled) {
				return // Stopped, which says nothing of the cloud.
			}
			r.note(ctx, s, found, err)
		}
	}
}

// note remembers the outcome of a discovery.
func (r *Roster) note(ctx context.Context, s *Section, found []Found, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	m := r.of(s.Name)
	if m.err = err; err != nil {
		r.options.Logger.WarnContext(ctx, "the systems are not discovered; those known stay", "section", s.Name, "err", err)
		return
	}
	now := r.options.Now().UTC()
	m.At = now
	for _, f := range found {
		m.put(seen{Found: f, At: now})
	}
	m.Systems = slices.DeleteFunc(m.Systems, func(one seen) bool { return now.Sub(one.At) > r.options.Forget })
	slices.SortFunc(m.Systems, func(a, b seen) int { return cmp.Compare(a.System.ID, b.System.ID) })
	if err := r.save(); err != nil {
		r.options.Logger.ErrorContext(ctx, "what was discovered is not kept over a restart", "err", err)
	}
}

func (r *Roster) of(section string) *memory {
	m := r.sections[section]
	if m == nil {
		m = &memory{}
		r.sections[section] = m
	}
	return m
}

func (m *memory) put(s seen) {
	for i := range m.Systems {
		if m.Systems[i].System.ID == s.System.ID {
			m.Systems[i] = s
			return
		}
	}
	m.Systems = append(m.Systems, s)
}

// Systems returns the systems of a section that are to be collected, by id.
func (r *Roster) Systems(s *Section) []entitlement.System {
	var list []entitlement.System
	for _, one := range r.members(s) {
		if one.chosen {
			list = append(list, one.system)
		}
	}
	return list
}

// member is a system of a section.
type member struct {
	system    entitlement.System
	ancestors []entitlement.Scope
	chosen    bool
	// found tells that the latest discovery knew it, known that some did.
	found, known bool
}

// members returns all systems of a section, chosen or not, by id.
func (r *Roster) members(s *Section) []member {
	r.mu.Lock()
	defer r.mu.Unlock()
	m := r.of(s.Name)
	var list []member
	for _, one := range m.Systems {
		list = append(list, member{
			system: one.System, ancestors: one.Ancestors, found: one.At.Equal(m.At), known: true,
			chosen: s.Mode == Automatic || slices.Contains(s.Picked, one.System.ID),
		})
	}
	for _, k := range s.Known {
		i := slices.IndexFunc(list, func(one member) bool { return one.system.ID == k.ID })
		if i < 0 {
			list = append(list, member{system: k, chosen: true})
			continue
		}
		list[i].chosen = true
		list[i].system = merged(k, list[i].system)
	}
	list = slices.DeleteFunc(list, func(one member) bool {
		return slices.Contains(s.Except, one.system.ID) || s.Mode == Listed && !one.chosen
	})
	slices.SortFunc(list, func(a, b member) int { return cmp.Compare(a.system.ID, b.system.ID) })
	return list
}

// merged fills in what the configuration does not say of a system.
func merged(known, found entitlement.System) entitlement.System {
	known.Name, known.Owner = cmp.Or(known.Name, found.Name), cmp.Or(known.Owner, found.Owner)
	if len(known.Folders) == 0 {
		known.Folders = found.Folders
	}
	if known.Number == "" {
		known.Number = found.Number
	}
	return known
}
