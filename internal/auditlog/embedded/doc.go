// Package embedded is the audit store of one machine: VictoriaLogs' engine in
// process, over a directory. No other package imports the engine.
//
//	lock                     held while a process has the store open
//	running                  there while it is open; left behind by a crash
//	unverified               there after a crash until everything was read once
//	state.json               the format, and how far ingestion times have got
//	engine/                  the engine's rows, a partition per day (UTC)
//	records/<yyyymmdd>/…     the raw records, see package records
//	checksums/<yyyymmdd>.json  of the engine's parts, see package parts
//	damaged/<yyyymmdd>/…     parts that were set aside, with a note on each
//	trash/                   what is being removed
//
// # What a crash costs
//
// What was added before the last Sync that returned stays, whether the process
// or the machine ends. What was added later stays or not, event by event; the
// store knows which ids it has and takes the others again. A row never comes to
// disk before its record. Where a crash kept a row and lost that its stream is
// registered, Open registers it again.
//
// # What damage costs
//
// The engine ends the process over a file that is not as it should be. So Open
// looks before the engine does: every list and header must be readable, every
// part have the size that it says, and the contents match their checksum where
// a file was written to since it was taken, and everywhere after a crash. A
// part that fails is moved to damaged/ and logged; its rows are lost to queries
// (add the events again from their source to have them back), all others stay.
//
// After a crash Open reads what was written in the two minutes before it, which a
// disk may not have kept. All other parts with a checksum are read while the
// store is in use, and what is damaged is logged and set aside by the next Open.
// Should the process crash once more before that is through, damage may be the
// reason, and Open reads everything.
//
// Not detected: contents that change below the file system while size and time
// of change stay, until all is read after a crash; contents that change
// while the store is open; and the contents, not the size, of a part that was
// written in the last moments before a crash, whose checksum was not taken. The
// engine then ends the process when a query or a merge reads the place. Records
// have checksums of their own, which every read checks.
package embedded
