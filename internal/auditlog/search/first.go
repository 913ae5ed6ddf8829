package search

import (
	"container/heap"
	"slices"
)

// first keeps the first n of the elements that are added to it.
type first[T any] struct {
	n       int
	compare func(a, b T) int
	list    worstFirst[T]
}

func newFirst[T any](n int, compare func(a, b T) int) *first[T] {
	return &first[T]{n: n, compare: compare, list: worstFirst[T]{compare: compare}}
}

// wants tells whether an element is among the first so far.
func (f *first[T]) wants(e T) bool {
	return len(f.list.all) < f.n || f.n > 0 && f.compare(e, f.list.all[0]) < 0
}

func (f *first[T]) add(e T) {
	switch {
	case len(f.list.all) < f.n:
		heap.Push(&f.list, e)
	case f.wants(e):
		f.list.all[0] = e
		heap.Fix(&f.list, 0)
	}
}

// sorted returns what is kept, in order. Nothing may be added afterwards.
func (f *first[T]) sorted() []T {
	slices.SortFunc(f.list.all, f.compare)
	return f.list.all
}

// worstFirst is a heap with the last element in front.
type worstFirst[T any] struct {
	all     []T
	compare func(a, b T) int
}

func (h *worstFirst[T]) Len() int           { return len(h.all) }
func (h *worstFirst[T]) Less(i, j int) bool { return h.compare(h.all[i], h.all[j]) > 0 }
func (h *worstFirst[T]) Swap(i, j int)      { h.all[i], h.all[j] = h.all[j], h.all[i] }
func (h *worstFirst[T]) Push(e any)         { h.all = append(h.all, e.(T)) }

func (h *worstFirst[T]) Pop() any {
	last := h.all[len(h.all)-1]
	h.all = h.all[:len(h.all)-1]
	return last
}
