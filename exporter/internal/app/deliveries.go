package app

import (
	"context"
	"strings"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/leastward/leastward/internal/report/deliver"
)

// counted counts the deliveries of another channel.
type counted struct {
	deliver.Channel
	deliveries *prometheus.CounterVec
}

func (m *selfMetrics) counting(c deliver.Channel) deliver.Channel { return counted{c, m.deliveries} }

// Deliver delivers and counts.
func (c counted) Deliver(ctx context.Context, recipient string, m *deliver.Message) error {
	err := c.Channel.Deliver(ctx, recipient, m)
	transport, _, _ := strings.Cut(recipient, ":")
	outcome := "delivered"
	if err != nil {
		outcome = "failed"
	}
	c.deliveries.WithLabelValues(transport, outcome).Inc()
	return err
}
