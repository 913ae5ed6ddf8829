// Package moto starts the AWS emulator moto (https://docs.getmoto.org,
// Apache-2.0) for a test.
package moto

import (
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/leastward/leastward/internal/testkit"
)

// Start runs an emulator of its own for the test and returns its URL. The AWS
// managed policies are loaded, as they are in a real account. Any credentials
// are accepted; the account is 123456789012, or what a request's header
// X-Moto-Account-Id says. More settings, as "NAME=value", go before these:
// "MOTO_IAM_LOAD_MANAGED_POLICIES=false" makes accounts light.
func Start(tb testing.TB, settings ...string) string {
	tb.Helper()
	host, port, err := net.SplitHostPort(testkit.FreeAddress(tb))
	if err != nil {
		tb.Fatal(err)
	}
	testkit.StartProcess(tb, append([]string{"MOTO_IAM_LOAD_MANAGED_POLICIES=true"}, settings...), path(tb), "-H", host, "-p", port)
	url := "http://" + net.JoinHostPort(host, port)
	testkit.AwaitHTTP(tb, url+"/moto-api/", time.Minute)
	return url
}

// path finds the emulator: $LEASTWARD_MOTO, the virtual environment that the
// motoserver target makes, or the PATH.
func path(tb testing.TB) string {
	tb.Helper()
	installed := filepath.Join(testkit.Root(), ".cache", "moto", "bin", "moto_server")
	for _, candidate := range []string{os.Getenv("LEASTWARD_MOTO"), installed, "moto_server"} {
		if found, err := exec.LookPath(candidate); candidate != "" && err == nil {
			return found
		}
	}
	const remedy = "run `go tool mage motoserver`, or set LEASTWARD_MOTO to the path of moto_server"
	if os.Getenv("CI") != "" {
		tb.Fatal("moto_server not found: " + remedy)
	}
	tb.Skip("moto_server not found: " + remedy)
	return ""
}
