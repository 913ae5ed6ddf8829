package tables

import (
	"context"
	"sync"
	"time"

	"github.com/leastward/leastward/internal/api"
)

// fresh is how long it is taken for granted which tables there are: they change
// with the exporter's version.
const fresh = time.Minute

// Known are the tables that there are, asked once in a while. Those are the
// same for every asker.
type Known struct {
	Ask func(context.Context) (*api.Tables, error)
	Now func() time.Time

	mu   sync.Mutex // Guards what follows.
	last *api.Tables
	at   time.Time
}

// Tables returns the tables.
func (k *Known) Tables(ctx context.Context) (*api.Tables, error) {
	if found := k.kept(); found != nil {
		return found, nil
	}
	found, err := k.Ask(ctx)
	if err != nil {
		return nil, err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.last, k.at = found, k.Now()
	return found, nil
}

func (k *Known) kept() *api.Tables {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.last == nil || k.Now().Sub(k.at) > fresh {
		return nil
	}
	return k.last
}
