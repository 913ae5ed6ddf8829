package azure

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/entitlement"
)

// operations asks which operations there are, where that is wanted.
// https://learn.microsoft.com/rest/api/authorization/provider-operations-metadata/list
func (r *run) operations() []*part {
	if !r.options.Operations {
		return nil
	}
	p := &part{
		request: r.armCall("/providers/Microsoft.Authorization/providerOperations", "2022-04-01", Operation{serviceAuthorization, "providerOperations"}),
		code:    CodeOperations, permission: "Microsoft.Authorization/providerOperations/read",
		effect: "which operations Azure has that the catalogue lacks is unknown",
	}
	p.url += "&$expand=resourceTypes"
	p.wrap = func(values [][]byte, _ bool) []byte { r.compare(values); return nil }
	return []*part{p}
}

// providerDocument has the operations of a resource provider.
type providerDocument struct {
	Operations    []struct{ Name string }
	ResourceTypes []struct {
		Operations []struct{ Name string }
	}
}

// compare tells which operations the catalogue lacks: roles that grant them are
// wider than they are shown to be.
func (r *run) compare(providers [][]byte) {
	cat := catalog.Azure()
	var unknown []string
	for _, raw := range providers {
		var p providerDocument
		if json.Unmarshal(raw, &p) != nil {
			continue // Of another shape: nothing to compare.
		}
		list := p.Operations
		for _, t := range p.ResourceTypes {
			list = append(list, t.Operations...)
		}
		for _, o := range list {
			if _, ok := cat.Index(entitlement.Action(o.Name)); !ok && o.Name != "" {
				unknown = append(unknown, o.Name)
			}
		}
	}
	slices.Sort(unknown)
	if unknown = slices.Compact(unknown); len(unknown) == 0 {
		return
	}
	r.problems[""] = append(r.problems[""], entitlement.Problem{
		Code: "AZURE_OPERATIONS_UNKNOWN", Subject: "Microsoft.Authorization/providerOperations",
		Message: fmt.Sprintf("Azure has %d operations that the catalogue %s lacks (%s); who may call them is not counted. Take a newer release",
			len(unknown), cat.Version(), strings.Join(unknown[:min(3, len(unknown))], ", ")),
	})
}
