package expose

import (
	"time"

	"github.com/leastward/leastward/internal/assess"
	"github.com/leastward/leastward/internal/creep"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/metric"
)

// counts writes what is counted over all identities, whatever the budget.
func (p *renderer) counts(a *assess.Assessment) {
	type state struct {
		kind  entitlement.Kind
		state string
	}
	type band struct {
		class string
		band  creep.Band
	}
	states, bands := map[state]int{}, map[band]int{}
	for i := range a.Identities {
		one := &a.Identities[i]
		states[state{one.Kind, activity(one, a)}]++
		if one.InPCI {
			bands[band{class(one.Kind), one.Band}]++
		}
	}
	p.family(metric.IdentityCount())
	for _, k := range entitlement.KindsOf(p.result.System.Cloud) {
		for _, s := range []string{"active", "inactive"} {
			p.Sample(float64(states[state{k, s}]), string(k), s)
		}
	}
	p.family(metric.IdentitiesByBand())
	for _, c := range []string{"human", "workload"} {
		for _, b := range []creep.Band{creep.Low, creep.Medium, creep.High} {
			p.Sample(float64(bands[band{c, b}]), c, string(b))
		}
	}
	p.actions(a)
}

func activity(one *assess.Identity, a *assess.Assessment) string {
	if !one.LastActive.IsZero() && a.At.Sub(one.LastActive) <= a.Window {
		return "active"
	}
	return "inactive"
}

func class(k entitlement.Kind) string {
	if k.Human() {
		return "human"
	}
	return "workload"
}

// actions counts what is granted, by severity and use.
func (p *renderer) actions(a *assess.Assessment) {
	var normal, high [3]int // By usage state.
	for i := range a.Identities {
		one := &a.Identities[i]
		if !one.InPCI {
			continue
		}
		granted := one.Granted - one.GrantedHigh
		used := one.Used - one.UsedHigh
		unused := one.Unused - one.UnusedHigh
		normal[entitlement.Used] += used
		normal[entitlement.Unused] += unused
		normal[entitlement.Unobservable] += granted - used - unused
		high[entitlement.Used] += one.UsedHigh
		high[entitlement.Unused] += one.UnusedHigh
		high[entitlement.Unobservable] += one.GrantedHigh - one.UsedHigh - one.UnusedHigh
	}
	p.family(metric.GrantedActions())
	for s := entitlement.Unused; s <= entitlement.Unobservable; s++ {
		p.Sample(float64(normal[s]), "normal", s.String())
		p.Sample(float64(high[s]), "high", s.String())
	}
}

// identities writes the series of those identities that the budget allows.
func (p *renderer) identities(list []*assess.Identity) {
	left := max(0, len(list)-p.IdentitySeries)
	p.one(metric.IdentitiesTruncated(), float64(left))
	list = list[:len(list)-left]
	p.family(metric.IdentityInfo())
	for _, one := range list {
		p.Sample(1, string(one.ID), string(one.Kind), one.Name)
	}
	p.family(metric.IdentityPCI())
	for _, one := range list {
		p.Sample(one.Score.PCI(), string(one.ID), string(one.Kind), one.Owner)
	}
	p.family(metric.IdentityLastActivity())
	for _, one := range list {
		p.time(one.LastActive, string(one.ID))
	}
	p.family(metric.IdentityBandSince())
	for _, one := range list {
		p.time(one.BandSince, string(one.ID), string(one.Band))
	}
	p.keys(list)
}

func (p *renderer) keys(list []*assess.Identity) {
	p.family(metric.AccessKeyCreated())
	for _, one := range list {
		for _, k := range one.Keys {
			p.time(k.Created, string(one.ID), string(k.ID), status(k))
		}
	}
	p.family(metric.AccessKeyLastUsed())
	for _, one := range list {
		for _, k := range one.Keys {
			p.time(k.LastUsed, string(one.ID), string(k.ID))
		}
	}
}

func status(k entitlement.AccessKey) string {
	if k.Active {
		return "active"
	}
	return "inactive"
}

// time writes a time; an unknown one has no series.
func (p *renderer) time(t time.Time, labels ...string) {
	if !t.IsZero() {
		p.Sample(seconds(t), labels...)
	}
}
