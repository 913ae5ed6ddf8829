// Command exporter reads what identities of a cloud may do and did, and
// publishes it as metrics, pages and reports. It has read-only credentials.
package main

import (
	"os"
	_ "time/tzdata" // Reports have time zones; a small container has none.

	"github.com/leastward/leastward/exporter/internal/command"
)

func main() { os.Exit(command.Run(os.Args[1:], os.Stdout, os.Stderr)) }
