// Package creep is the Permission Creep Index (PCI): how much of what a set of
// identities may do it does not do, weighted by risk and reach, from 0 to 100.
//
// For a set S of identities with mean excess ē and mean use v̄ (see [Sum]) and
// K = 10,000:
//
//	PCI(S) = 100 · ē/(ē+v̄) · ln(1+K·ē)/ln(1+K)        (0 where ē = 0)
//
// The index needs only Σe, Σv and the number of identities, so the sums of
// shards, folders and clouds merge exactly, also in PromQL. The package is
// pure arithmetic.
package creep
