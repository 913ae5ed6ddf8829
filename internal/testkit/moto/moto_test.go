package moto_test

import (
	"testing"

	"github.com/leastward/leastward/internal/testkit"
	"github.com/leastward/leastward/internal/testkit/moto"
)

func TestStart(t *testing.T) {
	t.Parallel()
	testkit.AwaitHTTP(t, moto.Start(t)+"/moto-api/data.json", 0)
}
