package azure

// store is a storage account of a team.
type store struct {
	id, name, team string
	customerKey    bool
	allowed        bool     // Its settings let containers be public.
	public         []string // Containers that anybody may read, where it is allowed.
	private        []string
	exempt         bool
}

// open reports whether anybody may read something.
func (s store) open() bool { return s.allowed && len(s.public) > 0 }

// stores returns the storage accounts of a subscription: one of each team. That
// of the shop is public on purpose, in production; that of mobile was forgotten,
// in development; that of data would be if its settings let it.
func (t *Tenant) stores(s *subscription) []store {
	var list []store
	for _, team := range teams() {
		one := store{id: s.storage(team), name: s.storageName(team), team: team, private: []string{"reports", "exports"}}
		one.customerKey = team == "payments" || team == "security"
		switch {
		case team == "storefront" && s.env == "prod":
			one.allowed, one.public, one.exempt = true, []string{"assets"}, true
		case team == "mobile" && s.env == "dev":
			one.allowed, one.public = true, []string{"builds", "crash-dumps"}
		case team == "data":
			one.public = []string{"samples"}
		case team == "platform":
			one.allowed = true
		}
		list = append(list, one)
	}
	return list
}

// firewall is a network security group.
type firewall struct {
	id, name, team string
	rules          []object
	open, exempt   bool
}

func rule(name string, priority int, access, source string, ports ...string) object {
	return object{"name": name, "properties": object{
		"access": access, "direction": "Inbound", "priority": priority, "protocol": "Tcp", "sourceAddressPrefix": source, "sourcePortRange": "*",
		"destinationAddressPrefix": "*", "destinationPortRanges": ports, "provisioningState": "Succeeded",
	}}
}

// firewalls returns the network security groups of a subscription: one of each
// team, and two of the platform, of which one was opened in haste. What the
// last lets in another rule shuts out before.
func (t *Tenant) firewalls(s *subscription) []firewall {
	var list []firewall
	add := func(team, name string, open bool, rules ...object) {
		list = append(list, firewall{
			id: s.in(team, "Microsoft.Network/networkSecurityGroups", name), name: name, team: team, rules: rules, open: open,
			exempt: name == "nsg-public",
		})
	}
	for _, team := range teams() {
		add(team, "nsg-"+team, false, rule("internal", 100, "Allow", "10.0.0.0/8", "443", "22"), rule("offices", 110, "Allow", "192.0.2.0/24", "22"))
	}
	add("storefront", "nsg-public", true, rule("https", 100, "Allow", "Internet", "443"))
	add("platform", "nsg-quick-fix", true, rule("temporary", 100, "Allow", "*", "22", "3389"))
	add("platform", "nsg-shut", false, rule("nobody", 100, "Deny", "*", "22"), rule("left-over", 200, "Allow", "*", "22"))
	return list
}
