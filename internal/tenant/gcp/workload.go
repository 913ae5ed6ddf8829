package gcp

import "strconv"

// workload is a function or an instance.
type workload struct {
	full, name string // Full resource name.
	index      int
	as         *identity // The service account that it runs as.
	labels     map[string]string
}

// function returns function number i: functions and instances take turns at the
// service accounts.
func (o *Organization) function(i int) *workload {
	x := o.account(i * 2 % o.accounts)
	name := x.team + "-fn-" + strconv.Itoa(i+1)
	return &workload{
		full: "//cloudfunctions.googleapis.com/" + x.home.ref() + "/locations/" + region(x.team) + "/functions/" + name,
		name: name, index: i, as: x, labels: o.labels("function", x, i),
	}
}

func (o *Organization) instance(i int) *workload {
	x := o.account((i*2 + 1) % o.accounts)
	name := x.team + "-vm-" + strconv.Itoa(i+1)
	return &workload{
		full: "//compute.googleapis.com/" + x.home.ref() + "/zones/" + region(x.team) + "-b/instances/" + name,
		name: name, index: i, as: x, labels: o.labels("instance", x, i),
	}
}

func (o *Organization) labels(label string, x *identity, i int) map[string]string {
	r := o.opts.Seed.Stream("labels "+label, i, 0)
	list := map[string]string{"owner": x.team, "environment": x.home.env}
	switch r.IntN(40) {
	case 0:
		list["ck_exclude_from_reports"] = "true"
	case 1:
		list["ck_exclude_from_reports"] = "false" // Exempts nothing.
	case 2:
		delete(list, "owner")
	}
	return list
}

// bucket is one bucket of a team.
type bucket struct {
	name, team  string
	customerKey bool
	public      bool // Its policy lets anybody read.
	prevented   bool // An organization policy stands before.
	lists       bool // Objects may have access lists of their own.
	exempt      bool
}

// buckets returns the buckets of a project, one of each team: that of the shop
// is public on purpose, that of data would be if the organization let it, those
// of platform and mobile are from before uniform access.
func (o *Organization) buckets(p *project) []bucket {
	var list []bucket
	for _, team := range teams() {
		b := bucket{name: p.id + "-" + team + "-reports", team: team, customerKey: team == "payments" || team == "security", prevented: p.locked}
		switch {
		case team == "storefront" && p.env == "prod":
			b.public, b.exempt = true, true
		case team == "mobile" && p.env == "dev":
			b.public = true
		case team == "data" && p.locked:
			b.public = true
		case team == "platform" && !p.locked:
			b.lists = true
		}
		list = append(list, b)
	}
	return list
}
