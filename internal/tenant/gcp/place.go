package gcp

// The organization and its folders. The numbers are none that Google gives out.
const (
	organization = "organizations/100000000001"
	customer     = "C00example"
	domain       = "examplecorp.example"
	partner      = "partner.example"
	manager      = "//cloudresourcemanager.googleapis.com/"
)

// project is one project with the folder above it.
type project struct {
	id, number, name, env string
	folder                folder
	share                 int // Of a hundred identities, those at home here and in those before.
	// locked: a deny policy lets nobody make keys of service accounts, so that
	// nobody may do everything.
	locked bool
	// dataLogs: the logs of who reads and writes objects are on.
	dataLogs bool
}

type folder struct{ ref, name string }

func projects() []*project {
	production := folder{"folders/100000000011", "production"}
	development := folder{"folders/100000000012", "development"}
	return []*project{
		{id: "examplecorp-prod", number: "100000000101", name: "Production", env: "prod", folder: production, share: 40, dataLogs: true},
		{id: "examplecorp-analytics", number: "100000000102", name: "Analytics", env: "analytics", folder: production, share: 60, locked: true, dataLogs: true},
		{id: "examplecorp-dev", number: "100000000103", name: "Development", env: "dev", folder: development, share: 100},
	}
}

func (p *project) ref() string  { return "projects/" + p.id }
func (p *project) full() string { return manager + "projects/" + p.number }
func (p *project) ancestors() []string {
	return []string{"projects/" + p.number, p.folder.ref, organization}
}

// account returns the address of a service account of the project.
func (p *project) account(name string) string { return name + "@" + p.id + ".iam.gserviceaccount.com" }

// The accounts that Google makes for a project.
func (p *project) computeDefault() string { return p.number + "-compute@developer.gserviceaccount.com" }
func (p *project) appEngine() string      { return p.id + "@appspot.gserviceaccount.com" }
func (p *project) agents() map[string]string {
	return map[string]string{
		p.number + "@cloudservices.gserviceaccount.com":                            "roles/editor",
		"service-" + p.number + "@compute-system.iam.gserviceaccount.com":          "roles/compute.serviceAgent",
		"service-" + p.number + "@gcp-sa-pubsub.iam.gserviceaccount.com":           "roles/pubsub.serviceAgent",
		"service-" + p.number + "@gcf-admin-robot.iam.gserviceaccount.com":         "roles/cloudfunctions.serviceAgent",
		"service-" + p.number + "@gcp-sa-artifactregistry.iam.gserviceaccount.com": "roles/artifactregistry.serviceAgent",
	}
}

// The service accounts of the chain: the first may act as the second, that as
// the forgotten administrator.
const (
	provisioner = "legacy-provisioner"
	relay       = "relay"
	runner      = "runner"
)

func chain() []string { return []string{provisioner, relay, runner} }

func teams() []string {
	return []string{"payments", "storefront", "data", "platform", "security", "mobile"}
}

func region(team string) string {
	switch team {
	case "data":
		return "us-east4"
	case "mobile", "storefront":
		return "europe-west2"
	}
	return "europe-west3"
}
