package query_test

import (
	"fmt"

	"github.com/leastward/leastward/internal/auditlog/query"
)

func ExampleParse() {
	q, err := query.Parse(`state:denied task:iam:* not user:ci-* | count by user`)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(q.String())
	// Output: outcome:authorization_failure and action:iam:* and not username:ci-* | count by username
}

func ExampleParse_mistake() {
	_, err := query.Parse(`outcome:denied and usr:ana`)
	fmt.Println(err)
	// Output:
	// line 1, column 20: "usr" is not a field; did you mean "user"? For the text itself, put it in quotes
	//     outcome:denied and usr:ana
	//                        ^
}

func ExampleQuery_Encode() {
	q, err := query.Parse(`disabled(user:ana) or ip:10.0.0.0/8`)
	if err != nil {
		fmt.Println(err)
		return
	}
	data, err := q.Encode()
	fmt.Println(string(data), err)
	// Output: {"where":{"any":[{"field":"username","op":"is","values":["ana"],"disabled":true},{"field":"address","op":"in_cidr","values":["10.0.0.0/8"]}]}} <nil>
}
