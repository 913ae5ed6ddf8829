package run

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/prometheus/exporter-toolkit/web"
	"golang.org/x/sync/errgroup"
)

// ServeOptions says what to serve and how.
type ServeOptions struct {
	Handler http.Handler
	// Address to listen on, host:port.
	Address string
	// WebConfigFile is exporter-toolkit's web configuration: TLS, client
	// certificates, basic authentication. "" is none.
	WebConfigFile string
	// Hosts are further names by which requests may call a listener that only
	// this machine reaches and that asks nobody who he is; see [OwnHosts].
	Hosts []string
	// Ready, if set, is told the address that the listener really has.
	Ready func(net.Addr)
	// ShutdownTimeout is how long open requests may take to finish. Defaults
	// to 10 s.
	ShutdownTimeout time.Duration
	Logger          *slog.Logger
}

// Serve answers HTTP until the context ends, then lets open requests finish.
// Those that take too long are cut off, which is no error of the program's.
func Serve(ctx context.Context, o ServeOptions) error {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", o.Address)
	if err != nil {
		return fmt.Errorf("listen on %s: %w", o.Address, err)
	}
	handler, err := o.guarded(listener.Addr())
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	if o.Ready != nil {
		o.Ready(listener.Addr())
	}
	server := &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute}
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error {
		err := web.Serve(listener, server, &web.FlagConfig{WebConfigFile: &o.WebConfigFile}, o.Logger)
		if errors.Is(err, http.ErrServerClosed) {
			return nil
		}
		return fmt.Errorf("serve %s: %w", o.Address, err)
	})
	group.Go(func() error {
		<-ctx.Done()
		return o.shutDown(context.WithoutCancel(ctx), server)
	})
	return group.Wait()
}

func (o *ServeOptions) shutDown(ctx context.Context, server *http.Server) error {
	limit := cmp.Or(o.ShutdownTimeout, 10*time.Second)
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	err := server.Shutdown(ctx)
	if errors.Is(err, context.DeadlineExceeded) {
		o.Logger.WarnContext(ctx, "requests that were still open are cut off", "waited", limit)
		return server.Close()
	}
	return err
}
