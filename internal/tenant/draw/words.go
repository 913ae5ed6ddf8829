package draw

import (
	"fmt"
	"strings"
)

// Words are the word lists that names are made of.
type Words struct {
	first, last          []string
	services, components []string
}

// NewWords returns the word lists.
func NewWords() Words {
	return Words{
		first: strings.Fields(`ada alan amina anders anna aoife benoit bruno carla chen chidi clara
			daniel dara elena emil eva farid fatima felix gita hana hugo ines ivan jana jonas joao kaito
			karin kofi lara leon liam lina luca maja marco maria mateo mei mina mohamed nadia niko nora
			olga omar oskar paula pavel petra priya rafael rania rosa ruth samir sara sofia stefan tariq
			thea tomas uma vera victor wei yara yusuf zoe`),
		last: strings.Fields(`abbas aguilar almeida andersen arnold baker bauer becker bianchi boateng
			brandt campos castro chang cohen conti costa cruz dahl diaz dubois eriksen farkas fischer
			fontaine garcia girard gruber gupta haas hansen hoffman horvat ibrahim ito jansen jensen
			kaya keller khan kim klein kowalski krause kumar lang larsen lefevre lindberg lopez maier
			marino martin mensah meyer moreau morris mueller nakamura ndiaye nguyen novak okafor olsen
			oliveira park patel peeters popov ramos reyes ricci rossi russo santos sato schmidt silva
			singh smit sousa suzuki tanaka toth tran vargas vogel wagner weber wolf yilmaz zhang`),
		services: strings.Fields(`invoice refund ledger settlement fraud checkout cart catalog search
			pricing stock shipment returns recommendation profile session consent mailer push webhook
			export import archive audit metrics billing tax voucher loyalty review media thumbnail
			translation geocode crawler scoring feature-store training labelling clickstream
			warehouse reporting backup inventory scanner rotation provisioning gateway`),
		components: strings.Fields(`api worker consumer producer scheduler sync batch reader writer
			indexer cleaner notifier migrator exporter processor proxy`),
	}
}

// Person returns the name of human number i, unique for each i.
func (w Words) Person(s Seed, i int) string {
	n := len(w.first) * len(w.last)
	k := s.Rank("person", i%n, n)
	name := w.first[k%len(w.first)] + "." + w.last[k/len(w.first)]
	if i >= n {
		name = fmt.Sprintf("%s%d", name, i/n+1)
	}
	return name
}

// Workload returns the name of workload number i, unique for each i.
func (w Words) Workload(s Seed, team string, i int) string {
	n := len(w.services) * len(w.components)
	k := s.Rank("workload", i%n, n)
	name := team + "-" + w.services[k%len(w.services)] + "-" + w.components[k/len(w.services)]
	if i >= n {
		name = fmt.Sprintf("%s-%d", name, i/n+1)
	}
	return name
}
