// Package condition compiles the Condition elements of AWS policies and
// evaluates them where not everything about a request is known.
//
// An answer is Yes or No where what is known decides, whatever the rest may be,
// and Maybe where it does not. The rules are those of
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html,
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
// and, of policy variables,
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html.
//
// A clause is one key under one operator. All clauses of a Condition element
// have to hold. Of a clause's values a positive operator has to match one, a
// negated operator none.
//
// An operator without set prefix over a key that has several values in the
// request, which AWS advises against, looks at all of them: a positive one
// holds if any of them matches, a negated one if none does. A value that cannot
// be read as the operator's type, such as text where a number is compared,
// matches nothing.
package condition
