// Package tenant generates a plausible sample organisation in the clouds' own
// formats: who is there and what they may do, ninety days of what they did,
// and an attack hidden among it. AWS is here; packages azure and gcp have the
// parts in the other clouds, which the same people and one pipeline work in.
// Demos, benchmarks and end-to-end tests read it as they would read a
// customer's files.
//
// Everything follows from the seed: the same options give the same bytes. Each
// identity is computed from (seed, account, kind, index) alone, so that
// nothing has to be kept and 100,000 identities stream to disk.
//
// Beside the native files stand truth.json, which states what is inactive,
// all-powerful, old or without a second factor *by construction*, and
// attack.json, which tells the attack. Neither comes from the suite's own
// evaluators: tests hold the evaluators against them.
//
// The proportions follow Microsoft's 2023 State of Cloud Permissions Risks
// Report: workloads outnumber humans ten to one, four of five of them are
// inactive, and identities use about one percent of what they are granted.
package tenant
