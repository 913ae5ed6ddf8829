package deliver

import (
	"context"
	"crypto/tls"
	"net"
	"sync"
)

// dialer remembers its connection, so that the connection is closed whatever
// happens: the library leaves it open where the greeting, TLS or authentication
// fails, and doesn't look at the context once it is connected.
type dialer struct {
	config   *tls.Config
	implicit bool

	mu   sync.Mutex // Guards conn and done: the context may end at any time.
	conn net.Conn
	done bool
}

func (d *dialer) dial(ctx context.Context, network, address string) (net.Conn, error) {
	var conn net.Conn
	var err error
	if d.implicit {
		conn, err = (&tls.Dialer{Config: d.config}).DialContext(ctx, network, address)
	} else {
		conn, err = (&net.Dialer{}).DialContext(ctx, network, address)
	}
	if err != nil {
		return nil, err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.done {
		_ = conn.Close()
		return nil, net.ErrClosed
	}
	d.conn = conn
	if deadline, ok := ctx.Deadline(); ok {
		_ = conn.SetDeadline(deadline) // Covers greeting and TLS; the library sets later ones.
	}
	return conn, nil
}

func (d *dialer) close() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.done = true
	if d.conn != nil {
		_ = d.conn.Close()
	}
}
