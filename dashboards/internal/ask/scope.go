package ask

// Chosen are the systems that the variables cloud, system and folder choose, which
// is most dashboards' scope.
func Chosen() *Scope {
	return &Scope{Clouds: []string{"$cloud"}, Systems: []string{"$system"}, Folders: []string{"$folder"}}
}

// Cloud are the systems of the clouds that the variable chooses.
func Cloud() *Scope { return &Scope{Clouds: []string{"$cloud"}} }

// Listed are the systems that the variables cloud and system choose.
func Listed() *Scope { return &Scope{Clouds: []string{"$cloud"}, Systems: []string{"$system"}} }

// System is the system that the variable chooses.
func System() *Scope { return &Scope{Systems: []string{"$system"}} }

// Platform is the suite's own log.
func Platform() *Scope { return &Scope{Clouds: []string{"platform"}} }
