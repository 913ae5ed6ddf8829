package condition

// Truth is the value of a condition of which not everything is known.
type Truth uint8

// The values, from false to true: the lower of two is both, the higher either.
const (
	No Truth = iota
	Maybe
	Yes
)

func (t Truth) String() string { return [...]string{"no", "maybe", "yes"}[t] }

// Not returns the opposite; that of Maybe is Maybe.
func (t Truth) Not() Truth { return Yes - t }

func truth(b bool) Truth {
	if b {
		return Yes
	}
	return No
}

// agree returns what all values have in common: Maybe where they differ.
func agree(a, b Truth) Truth {
	if a == b {
		return a
	}
	return Maybe
}
