// Package metric is the one table of the suite's metric families, the writer
// that renders them in the Prometheus text format, and [Exposition], which
// serves what was rendered.
//
// Each family is a function named like it ([PCI] is ciem_pci), so that its
// name, help and labels stand in one place. The large families are rendered by
// [Writer]; the ordinary counters and gauges of a program come from
// [NewCounterVec] and [NewGaugeVec]. The page docs/metrics.md is generated from
// the table by
//
//	go run ./internal/metric/gen
package metric
