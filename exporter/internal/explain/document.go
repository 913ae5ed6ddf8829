package explain

import (
	"github.com/leastward/leastward/internal/entitlement"
	policy "github.com/leastward/leastward/internal/policy/aws"
)

// statement finds the statement of a reason; nil where its document is not at
// hand.
func (w *Words) statement(reason *policy.Reason) *policy.Statement {
	doc := w.document(documentKey{reason.Layer, reason.Policy})
	if doc == nil {
		return nil
	}
	for i := range doc.Statements {
		if doc.Statements[i].Index == reason.Statement {
			return &doc.Statements[i]
		}
	}
	return nil
}

type documentKey struct {
	layer policy.Layer
	id    entitlement.PolicyID
}

// document returns a parsed document; nil if it is not at hand.
func (w *Words) document(key documentKey) *policy.Document {
	if known, ok := w.documents.Load(key); ok {
		return known.(*policy.Document) //nolint:forcetypeassert // nothing else is stored
	}
	doc := w.parse(key)
	w.documents.Store(key, doc)
	return doc
}

func (w *Words) parse(key documentKey) *policy.Document {
	for _, a := range w.estate.Accounts() {
		var text []byte
		switch key.layer { //nolint:exhaustive // the others are documents by id
		case policy.TrustLayer:
			if doc := a.Trust(entitlement.IdentityID(key.id)); doc != nil {
				return doc
			}
		case policy.ResourceLayer:
			if r, ok := w.resources[entitlement.ResourceID(key.id)]; ok {
				text = r.Policy
			}
		default:
			text = a.Inventory().Policies[key.id].Document
		}
		if text != nil {
			doc, _ := policy.Parse(text)
			return doc
		}
	}
	return nil
}
