// Package report is the one model from which every report is rendered: a
// Report has a scope, an as-of time and sections; a section has key figures,
// charts and typed tables.
//
// The renderers (subpackages pdf, xlsx, csv and the canonical JSON of this
// package) show every row. Where a format has a limit (the number of rows of a
// sheet, the glyphs of a font) they continue elsewhere or show a visible
// replacement; nothing is cut silently.
//
// A report is identified by its [Report.Hash]: the SHA-256 of its canonical
// JSON, which [Report.WriteJSON] writes. Printed on a PDF's cover it lets a
// reader prove with sha256sum that the PDF, the XLSX and the JSON file carry
// the same data.
package report
