package remote_test

import (
	"sync"
	"testing"
	"time"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/auditlog/remote"
	"github.com/leastward/leastward/internal/auditlog/storetest"
)

func TestContractOfSingleNode(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("takes some ten seconds")
	}
	storetest.Run(t, suite(options(start(t).url())))
}

// Little memory, short lines and small requests: what is rare otherwise happens
// all the time.
func TestContractOfCluster(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("takes some ten seconds")
	}
	o := options(startCluster(t).front.url())
	o.MaxIDs, o.MaxLine, o.MaxRequest, o.MaxPending = 300, 6<<10, 64<<10, 256<<10
	storetest.Run(t, suite(o))
}

func TestContractAfterCrashOfSingleNode(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("waits until rows are on disk")
	}
	n := start(t)
	o := suite(durable(options(n.url())))
	o.Crash = func(t *testing.T, s auditlog.Store, now func() time.Time) auditlog.Store {
		t.Helper()
		n.crash()
		return o.Reopen(t, s, now)
	}
	storetest.RunCrash(t, o)
}

func TestContractAfterCrashOfStorageNodes(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("waits until rows are on disk")
	}
	c := startCluster(t)
	o := suite(durable(options(c.front.url())))
	o.Crash = func(t *testing.T, s auditlog.Store, now func() time.Time) auditlog.Store {
		t.Helper()
		for _, n := range c.nodes {
			n.crash()
		}
		return o.Reopen(t, s, now)
	}
	storetest.RunCrash(t, o)
}

// suite opens stores in tenants of their own at one server.
func suite(like remote.Options) storetest.Options {
	var mu sync.Mutex // Guards what follows.
	var last uint32
	which := make(map[auditlog.Store]remote.Tenant)
	at := func(t *testing.T, tenant remote.Tenant, now func() time.Time) auditlog.Store {
		t.Helper()
		o := like
		o.Tenant, o.Now = tenant, now
		s := open(t, o)
		mu.Lock()
		defer mu.Unlock()
		which[s] = tenant
		return s
	}
	next := func() remote.Tenant {
		mu.Lock()
		defer mu.Unlock()
		last++
		return remote.Tenant{Account: last}
	}
	tenantOf := func(s auditlog.Store) remote.Tenant {
		mu.Lock()
		defer mu.Unlock()
		return which[s]
	}
	return storetest.Options{
		Retention: retention, Scripts: 8,
		Open: func(t *testing.T, now func() time.Time) auditlog.Store {
			t.Helper()
			return at(t, next(), now)
		},
		Reopen: func(t *testing.T, s auditlog.Store, now func() time.Time) auditlog.Store {
			t.Helper()
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			return at(t, tenantOf(s), now)
		},
	}
}
