// Package remote is the audit store over VictoriaLogs' HTTP API, a single node
// or a cluster.
//
// # What stands where
//
// An event is a row of the tenant, as package row lays it out. Its record, byte
// for byte, is one or more rows of a second tenant: large values would make the
// blocks of the events small, and no statement about events may see them.
//
// # Exactly once
//
// VictoriaLogs stores what it is sent, twice if it is sent twice. The store
// knows the ids of the days that it writes to, loaded from the server when a day
// is first written, and sends what is new. It must be the only one that writes
// to its tenants. Not covered: a store that is killed with a request under way
// and opened again while the server still has that in its queue of inserts, up
// to its -insert.maxQueueDuration when it is overloaded.
//
// A request that was refused has stored nothing. One that broke off, or was
// answered with a server's error, may have: the store waits until the server
// cannot be working at it any more ([Options.Settle]), asks which of its rows are
// there, and sends the others. Every Add has an ingestion time of its own, so
// its rows are found by that.
//
// # On disk
//
// VictoriaLogs acknowledges rows before they are on disk, and a vlinsert before
// any storage node has them; under load it acknowledges requests that it read
// in part, and rows that it does not take at all (too old, too long). So the
// store keeps what it sent, compressed, until Sync. Sync waits
// [Options.Durable], asks whether every row is there, sends again what a node
// lost, and only returns once all of them are.
//
// A vlinsert that does not learn whether a storage node stored a block sends it
// to another one, unseen by any client, and its rows are there twice. Give the
// storage nodes themselves as insert URLs, each of which is a VictoriaLogs that
// takes rows, and it cannot happen.
//
// A crash of the server can keep rows and lose that their stream is registered,
// so that queries do not find them. Sync, and the first Add to a day, see to it:
// they have the stream registered again.
//
// # Answers
//
// Rows are handed on as they come, so an answer may end with an error after some
// of them; it never ends early without one. The server bounds a query by its
// -search.maxQueryDuration, by default 30 s, and breaks off then: raise it for
// exports of everything. VictoriaLogs does not tell that an answer is partial.
// Where that is allowed the store asks first whether all nodes answer, and says
// that an answer is partial where they did not. Of a node that is reached and
// does not answer VictoriaLogs knows nothing until -search.maxQueryDuration has
// passed, and then gives no part either: the answer is an error.
//
// # What the server needs
//
// A server refuses statements above its -search.maxQueryLen, 16 KiB by default.
// The store's own stay below that; those of queries with long lists need more.
// The error is auditlog.ErrStatement and names the flag.
//
// See https://docs.victoriametrics.com/victorialogs/data-ingestion/,
// https://docs.victoriametrics.com/victorialogs/querying/ and
// https://docs.victoriametrics.com/victorialogs/cluster/.
package remote
