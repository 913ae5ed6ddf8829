package condition

import (
	"cmp"
	"math"
	"strings"
	"time"
)

// moment returns the time that a value is, and whether it is one of About.
func moment(v any) (at time.Time, about, ok bool) {
	switch v := v.(type) {
	case time.Time:
		return v, false, true
	case About:
		return v.Time, true, true
	}
	return time.Time{}, false, false
}

// equal compares two values; they must be of one type, or both numbers.
func equal(a, b any) (same, ok bool) {
	if x, isList := a.([]any); isList {
		y, isList := b.([]any)
		return isList && equalLists(x, y), isList
	}
	if a == nil || b == nil {
		return a == nil && b == nil, true
	}
	if x, isBool := a.(bool); isBool {
		y, isBool := b.(bool)
		return x == y, isBool
	}
	n, ok := compare(a, b)
	return n == 0, ok
}

func equalLists(x, y []any) bool {
	if len(x) != len(y) {
		return false
	}
	for i := range x {
		if same, ok := equal(x[i], y[i]); !ok || !same {
			return false
		}
	}
	return true
}

// compare orders two values of one type that has an order.
func compare(a, b any) (int, bool) {
	if x, _, ok := moment(a); ok {
		y, _, ok := moment(b)
		return x.Compare(y), ok
	}
	switch x := a.(type) {
	case string:
		y, ok := b.(string)
		return strings.Compare(x, y), ok
	case time.Duration:
		y, ok := b.(time.Duration)
		return cmp.Compare(x, y), ok
	case int64:
		if y, ok := b.(int64); ok {
			return cmp.Compare(x, y), true
		}
	}
	x, okX := float(a)
	y, okY := float(b)
	return cmp.Compare(x, y), okX && okY && !math.IsNaN(x) && !math.IsNaN(y)
}

func float(v any) (float64, bool) {
	switch v := v.(type) {
	case int64:
		return float64(v), true
	case float64:
		return v, true
	}
	return 0, false
}

func order(op string, left, right any) any {
	n, ok := compare(left, right)
	if !ok {
		return failure{}
	}
	switch op {
	case "<":
		return n < 0
	case "<=":
		return n <= 0
	case ">":
		return n > 0
	}
	return n >= 0
}

func arithmetic(op string, left, right any) any {
	if at, about, ok := moment(left); ok {
		return shift(op, at, about, right)
	}
	if at, about, ok := moment(right); ok && op == "+" {
		return shift(op, at, about, left)
	}
	switch x := left.(type) {
	case string:
		if y, ok := right.(string); ok && op == "+" {
			return x + y
		}
	case []any:
		if y, ok := right.([]any); ok && op == "+" {
			return append(append([]any{}, x...), y...)
		}
	case time.Duration:
		if y, ok := right.(time.Duration); ok && op == "+" {
			return x + y
		} else if ok && op == "-" {
			return x - y
		}
	case int64:
		if y, ok := right.(int64); ok {
			return whole(op, x, y)
		}
	case float64:
		if y, ok := right.(float64); ok {
			return fractional(op, x, y)
		}
	}
	return failure{}
}

// shift adds a duration to a time or takes it away, or takes a time away.
func shift(op string, at time.Time, about bool, by any) any {
	if other, _, ok := moment(by); ok && op == "-" {
		return at.Sub(other)
	}
	d, ok := by.(time.Duration)
	switch {
	case !ok || op != "+" && op != "-":
		return failure{}
	case op == "-":
		d = -d
	}
	if about {
		return About{at.Add(d)}
	}
	return at.Add(d)
}

func whole(op string, x, y int64) any {
	switch {
	case op == "+":
		return x + y
	case op == "-":
		return x - y
	case op == "*":
		return x * y
	case y == 0 || y == -1 && x == math.MinInt64:
		return failure{}
	case op == "/":
		return x / y
	}
	return x % y
}

func fractional(op string, x, y float64) any {
	switch op {
	case "+":
		return x + y
	case "-":
		return x - y
	case "*":
		return x * y
	case "/":
		return x / y
	}
	return failure{}
}

type negative struct{ of node }

func (n negative) eval(env Env) any {
	switch v := n.of.eval(env).(type) {
	case int64:
		return -v
	case float64:
		return -v
	case time.Duration:
		return -v
	case unknown:
		return v
	}
	return failure{}
}
