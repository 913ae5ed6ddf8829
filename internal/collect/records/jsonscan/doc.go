// Package jsonscan reads JSON in place: it checks a value (RFC 8259), finds its
// end, and visits the members of an object or the elements of an array as slices
// of the text, without making anything of them.
//
// A record of a log is read by visiting its members and keeping the slices of
// those that matter as [Text]:
//
//	end, st := jsonscan.EachMember(b, i, func(key []byte, at int) (int, jsonscan.Status) {
//		end, st := jsonscan.SkipValue(b, at, 1)
//		if st == jsonscan.OK && string(key) == "eventName" {
//			rec.name.Set(b[at:end])
//		}
//		return end, st
//	})
//
// Text that was checked before is visited with [Members] and [Elements], which
// have no errors.
package jsonscan
