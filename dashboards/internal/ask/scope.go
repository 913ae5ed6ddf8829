package ask

// Chosen are the systems that the variables system and folder choose, which is
// most dashboards' scope.
func Chosen() *Scope { return &Scope{Systems: []string{"$system"}, Folders: []string{"$folder"}} }

// System is the system that the variable chooses.
func System() *Scope { return &Scope{Systems: []string{"$system"}} }

// Platform is the suite's own log.
func Platform() *Scope { return &Scope{Clouds: []string{"platform"}} }
