// Package condition reads and evaluates the conditions of Azure's role
// assignments, role definitions and deny assignments (attribute-based access
// control). It is pure.
//
// The language is that of
// https://learn.microsoft.com/azure/role-based-access-control/conditions-format:
//
//	condition   = all { "OR" all }
//	all         = term { "AND" term }
//	term        = "NOT" term | "(" condition ")" | function | comparison
//	function    = "ActionMatches" set | "SubOperationMatches" set | "Exists" attribute
//	comparison  = operand operator operand
//	operand     = attribute | set | value
//	attribute   = "@" source "[" name "]"
//	set         = "{" value { "," value } "}"
//	value       = "'" text "'" | number | GUID | "true" | "false"
//	operator    = [ quantifier ":" ] name
//
// with "&&", "||" and "!" as other spellings, all without regard to case.
//
// # Doubt
//
// What is not known of a request makes a comparison [Maybe], and so the
// condition, unless another part of it decides. The vendor calls the order of
// mixed AND and OR ambiguous: such a chain has a value only where every
// grouping gives the same. A comparison of several values without a quantifier
// has one only where it would be the same with each quantifier.
//
// What Azure does where an attribute is not there at all is not documented.
// Here a comparison with it is false, its negation true, and "for all values"
// of nothing true.
package condition
