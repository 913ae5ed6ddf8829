package remote_test

import (
	"net/http"
	"testing"

	"go.uber.org/goleak"
)

// Nothing of a store runs on after Close.
func TestMain(m *testing.M) { goleak.VerifyTestMain(tests{m}) }

type tests struct{ *testing.M }

// Run runs the tests and closes the connections of testkit and of the proxies.
func (t tests) Run() int {
	defer http.DefaultClient.CloseIdleConnections()
	return t.M.Run()
}
