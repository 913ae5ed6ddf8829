package row_test

import (
	"unsafe"

	"github.com/leastward/leastward/internal/auditlog"
)

// reuse returns a row whose values lie in buf, as those of a store's answer do.
func reuse(buf []byte, r auditlog.Row) auditlog.Row {
	out := make(auditlog.Row, len(r))
	for i, f := range r {
		out[i].Name = f.Name
		if n := copy(buf, f.Value); n > 0 {
			out[i].Value = unsafe.String(&buf[0], n)
			buf = buf[n:]
		}
	}
	return out
}
