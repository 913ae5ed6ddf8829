package remote

import (
	"errors"
	"fmt"
	"log/slog"
	"math"
	"net/url"
	"strings"
	"time"

	web "github.com/prometheus/common/config"

	"github.com/leastward/leastward/internal/catalog"
)

// Tenant is a tenant of VictoriaLogs.
// See https://docs.victoriametrics.com/victorialogs/#multitenancy.
type Tenant struct{ Account, Project uint32 }

// Options say where the server is and what it does.
type Options struct {
	// InsertURLs are those of the single node or of vlinserts, such as
	// http://host:9428, each as good as the other. At least one. Those of the
	// storage nodes of a cluster will do as well, and are better: a vlinsert may
	// make duplicates when the network within the cluster fails.
	InsertURLs []string
	// SelectURLs are those of the single node or of vlselects. Defaults to
	// InsertURLs.
	SelectURLs []string
	// HTTP has authentication, TLS and proxy. Nil is none of them.
	HTTP *web.HTTPClientConfig
	// Tenant has the events, Records their records. Records defaults to the
	// next project of Tenant's account; they must differ.
	Tenant  Tenant
	Records *Tenant

	// Retention is how long events are kept. It must not be longer than the
	// server's -retentionPeriod (by default a week), which drops what is older
	// without a word. At least a day.
	Retention time.Duration
	// Future is how far ahead of the clock an event may be: the server's
	// -futureRetention. Later events are not taken and count as expired.
	// Defaults to two days.
	Future time.Duration

	// Settle is how long the server may be working at a request whose answer
	// never came: its -insert.maxQueueDuration and some seconds. Defaults to 70s.
	Settle time.Duration
	// Visible is how long an accepted row may be invisible where the server
	// does not let us flush (/internal/force_flush). Defaults to 5s.
	Visible time.Duration
	// Durable is how long a visible row may not be on disk: three times the
	// server's -inmemoryDataFlushInterval, which looks once in an interval for
	// rows that are older than one and leaves out those that it is just merging,
	// and the time to write. Defaults to 18s.
	Durable time.Duration
	// Timeout is how long the server may be silent, in sending or answering.
	// Defaults to 2m.
	Timeout time.Duration
	// Patience is how long a call tries again what failed for a reason that may
	// pass. Defaults to 2m.
	Patience time.Duration

	// MaxLine is the server's -insert.maxLineSizeBytes. Defaults to 256 KiB; at
	// least 4 KiB.
	MaxLine int
	// MaxRequest bounds the rows of one request, in bytes. Defaults to 4 MiB.
	MaxRequest int
	// MaxPending bounds what is kept until Sync, in bytes, compressed. Add calls
	// Sync beyond it. Defaults to 64 MiB.
	MaxPending int
	// MaxIDs bounds the ids of events that are held. Defaults to 4 million.
	MaxIDs int

	// Catalog gives severity and type of actions, of other clouds than its own
	// too; nil leaves both out.
	Catalog *catalog.Catalog
	// Logger defaults to none.
	Logger *slog.Logger
	// Now defaults to time.Now.
	Now func() time.Time
}

func (o *Options) complete() error {
	if len(o.SelectURLs) == 0 {
		o.SelectURLs = o.InsertURLs
	}
	if o.Records == nil {
		o.Records = &Tenant{o.Tenant.Account, o.Tenant.Project + 1}
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	for _, d := range []struct {
		value    *time.Duration
		standard time.Duration
	}{{&o.Future, 48 * time.Hour}, {&o.Settle, 70 * time.Second}, {&o.Visible, 5 * time.Second}, {&o.Durable, 18 * time.Second}, {&o.Timeout, 2 * time.Minute}, {&o.Patience, 2 * time.Minute}} {
		if *d.value == 0 {
			*d.value = d.standard
		}
	}
	for _, n := range []struct {
		value    *int
		standard int
	}{{&o.MaxLine, 256 << 10}, {&o.MaxRequest, 4 << 20}, {&o.MaxPending, 64 << 20}} {
		if *n.value == 0 {
			*n.value = n.standard
		}
	}
	return o.validate()
}

func (o *Options) validate() error {
	switch {
	case len(o.InsertURLs) == 0:
		return errors.New("insert URLs: there is none; give that of a VictoriaLogs, such as http://host:9428")
	case o.Retention < 24*time.Hour:
		return fmt.Errorf("retention: %s is below a day", o.Retention)
	case *o.Records == o.Tenant || o.Tenant.Project == math.MaxUint32 && o.Records.Project == 0:
		return fmt.Errorf("records: tenant %d:%d has the events; records need one of their own", o.Records.Account, o.Records.Project)
	case o.MaxLine < 4<<10:
		return fmt.Errorf("max line: %d is below 4096", o.MaxLine)
	case min(o.Future, o.Settle, o.Visible, o.Durable, o.Timeout, o.Patience) < 0 || min(o.MaxRequest, o.MaxPending, o.MaxIDs) < 0:
		return errors.New("a duration or size is below 0")
	}
	for _, urls := range []struct {
		name string
		list []string
	}{{"insert", o.InsertURLs}, {"select", o.SelectURLs}} {
		for i, text := range urls.list {
			if err := validURL(text); err != nil {
				return fmt.Errorf("%s URLs[%d]: %w", urls.name, i, err)
			}
		}
	}
	return nil
}

func validURL(text string) error {
	u, err := url.Parse(text)
	switch {
	case err != nil:
		return errors.New("is not a URL; give http://host:port or https://host:port")
	case u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.RawQuery != "" || u.Fragment != "":
		return fmt.Errorf("%q is not http://host:port or https://host:port", u.Redacted())
	case u.User != nil:
		return fmt.Errorf("%q has a user in it; give HTTP.BasicAuth instead", u.Redacted())
	}
	return nil
}

// join appends a path to the URL of a server.
func join(base, path string) string { return strings.TrimRight(base, "/") + path }
