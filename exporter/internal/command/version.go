package command

import (
	"runtime/debug"

	build "github.com/prometheus/common/version"
)

// version is the one that a build of images names with the linker's -X, or the
// module's as the Go command stamped it into the program.
func version() string {
	if build.Version != "" {
		return build.Version
	}
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "(devel)"
}
