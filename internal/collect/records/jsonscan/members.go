package jsonscan

// EachMember reads the object at b[i]: for each member it calls take with the
// key, unescaped, and the position of the value, which returns the position
// behind it (of SkipValue, where it wants nothing else of it). It returns the
// position behind the object, or the position and the status of what is wrong.
// A status that take returns ends the reading.
func EachMember(b []byte, i int, take func(key []byte, at int) (int, Status)) (int, Status) {
	for first := true; ; first = false {
		key, escaped, value, st := NextMember(b, i+1, first)
		if st != OK || key == nil {
			return value, st
		}
		if escaped {
			key = AppendUnescaped(nil, key)
		}
		if i, st = take(key, value); st != OK {
			return i, st
		}
		var done bool
		if i, done, st = AfterValue(b, i, '}'); done || st != OK {
			return i, st
		}
	}
}

// Members calls visit for each member of an object that SkipValue has passed.
// Anything else than an object has none.
func Members(object []byte, visit func(key, value []byte)) {
	if len(object) == 0 || object[0] != '{' {
		return
	}
	EachMember(object, 0, func(key []byte, at int) (int, Status) {
		end, st := SkipValue(object, at, 1)
		if st == OK {
			visit(key, object[at:end])
		}
		return end, st
	})
}

// Elements calls visit for each element of an array that SkipValue has passed.
// Anything else than an array has none.
func Elements(array []byte, visit func(value []byte)) {
	if len(array) == 0 || array[0] != '[' {
		return
	}
	for i := SkipSpace(array, 1); i < len(array) && array[i] != ']'; i = SkipSpace(array, i) {
		if array[i] == ',' {
			i++
			continue
		}
		start := i
		var st Status
		if i, st = SkipValue(array, i, 1); st != OK {
			return
		}
		visit(array[start:i])
	}
}

// Member returns the value of a member of an object that SkipValue has passed,
// the last of that name, or nil.
func Member(object []byte, name string) []byte {
	var found []byte
	Members(object, func(key, value []byte) {
		if string(key) == name {
			found = value
		}
	})
	return found
}
