// Package ingest brings the events of readers into an audit store.
//
// A [Writer] stands between a reader, which hands over one event at a time,
// and a store, which takes many at once. It holds a fixed number of batches of
// bounded size: while all of them wait for the store, the reader waits too. A
// store that is full or away is asked again, ever more slowly, until it takes
// the events or the writer's context ends.
//
// Nothing is lost as long as the reader saves its checkpoint after
// [Writer.Sync], and nothing is there twice, since the store knows the events
// that it has: what was handed over and not synced is to be handed over again.
package ingest
