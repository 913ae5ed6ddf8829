package condition

// Truth is an answer of three-valued logic, as Kleene defined it.
type Truth uint8

// The answers, from the least to the most true.
const (
	No Truth = iota
	Maybe
	Yes
)

// And is No if one of both is No, Yes if both are Yes.
func (t Truth) And(u Truth) Truth { return min(t, u) }

// Or is Yes if one of both is Yes, No if both are No.
func (t Truth) Or(u Truth) Truth { return max(t, u) }

// Not is the contrary; that of Maybe is Maybe.
func (t Truth) Not() Truth { return Yes - t }

// String returns "no", "maybe" or "yes".
func (t Truth) String() string { return [...]string{"no", "maybe", "yes"}[t] }

func truth(b bool) Truth {
	if b {
		return Yes
	}
	return No
}

// join is what two possible worlds have in common.
func join(t, u Truth) Truth {
	if t == u {
		return t
	}
	return Maybe
}

// State is how much is known of a context key of a request.
type State uint8

// What may be known of a context key.
const (
	Unknown State = iota // Nothing: it may be there or not.
	Absent               // It is not there.
	Present              // It is there, with the values known.
	Hidden               // It is there, but its value is not known.
)

// Value is what a context key holds in a request.
type Value struct {
	State State
	One   string   // The value of a Present key if Many is nil.
	Many  []string // All values of a Present key; none, but not nil: as Absent.
}

// Source tells what is known of a request.
type Source interface {
	// Lookup returns the value of a context key. It must give the same answer
	// as long as one evaluation takes. The key is shared: do not change it.
	Lookup(k *Key) Value
}

// lookup returns what a source knows, a key without values as Absent.
func lookup(src Source, k *Key) Value {
	v := src.Lookup(k)
	if v.State == Present && v.Many != nil && len(v.Many) == 0 {
		v.State = Absent
	}
	return v
}
