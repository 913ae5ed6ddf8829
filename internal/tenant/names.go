package tenant

// company is the organisation's name in buckets and mail addresses.
const company = "examplecorp"

func teams() []string {
	return []string{"payments", "storefront", "data", "platform", "security", "mobile"}
}
