// Command bench measures the audit store on generated CloudTrail files, beside
// DuckDB and beside VictoriaLogs' own insertion of the same events, in one run.
//
// Each part is a process of its own, so that its highest memory is its own, and
// each begins with the same compressed delivery files.
package main
