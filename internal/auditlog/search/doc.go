// Package search answers audit queries from an audit store, within what the
// caller may see.
//
// Events come in a total order: by the query's sort, then by time, the latest
// first, then by id, descending; sorted by time alone, ids go in the direction
// of the time. Texts compare byte by byte, a field of several values by its
// first, and what is absent comes before everything else. A cursor names the
// last event that was handed out and continues behind it, so pages neither skip
// nor repeat an event, whatever is stored in the meantime.
//
// The latest events are found by looking at slices of time, from the end
// backwards: a slice is twice as wide as the one before, or wider where that one
// was empty, and narrower where it held too much. So what is read depends on how
// many events are asked for, and memory is bounded by it, not by what is stored.
package search
