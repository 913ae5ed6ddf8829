package tenant_test

import (
	"context"
	"fmt"
	"os"
	"sync"
	"testing"
)

// temporary is the folder of what several tests share.
var temporary = sync.OnceValues(func() (string, error) { return os.MkdirTemp("", "tenant") })

func TestMain(m *testing.M) {
	m.Run() // The exit code is passed on.
	if dir, err := temporary(); err == nil {
		if err := os.RemoveAll(dir); err != nil {
			fmt.Fprintln(os.Stderr, err)
		}
	}
}

func noContext() context.Context { return context.Background() }
