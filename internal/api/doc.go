// Package api holds the wire types of the exporter's HTTP API and a client of
// it. The datasource and the remediator use nothing else of the exporter.
package api
