package aws

import (
	"slices"
	"strings"

	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/policy/glob"
)

// format is the ARN format of a resource type, with placeholders encoded.
type format struct {
	parts   [partCount][]byte
	service string
	account bool // The account is a placeholder: the resources of one account.
	vague   bool // The service is a placeholder.
	alias   bool // Another name for resources that another format has too.
	place   int  // Among the formats of its service.
}

// schema knows the ARN formats of a catalogue and which action has which.
type schema struct {
	formats   []format
	ofAction  [][]int32          // By action; nil: the action has no resource types.
	unknown   []bool             // The action's resource types have no ARN format.
	services  map[string][]int32 // Formats by their ARN's service.
	byService map[string]*sparse // Actions with a resource type in the service.
	anywhere  *sparse            // Actions whose resources may be in any service.
}

func newSchema(cat *catalog.Catalog) *schema {
	s := &schema{
		ofAction: make([][]int32, cat.Len()),
		unknown:  make([]bool, cat.Len()),
		services: map[string][]int32{}, byService: map[string]*sparse{},
	}
	ids := map[string]int32{}
	var texts []string
	for i := range cat.Len() {
		for _, text := range arnFormats(cat.Info(i)) {
			if _, ok := ids[text]; !ok {
				ids[text] = -1
				texts = append(texts, text)
			}
		}
	}
	slices.Sort(texts)
	for i := range cat.Len() {
		s.addAction(i, cat.Info(i), ids, texts)
	}
	s.index()
	return s
}

// index finds the actions by the services that their resources are in.
func (s *schema) index() {
	size := (len(s.ofAction) + 63) / 64
	anywhere, byService := make([]uint64, size), map[string][]uint64{}
	for i, formats := range s.ofAction {
		if s.unknown[i] {
			anywhere[i>>6] |= 1 << (i & 63)
		}
		for _, id := range formats {
			set := anywhere
			if f := &s.formats[id]; !f.vague {
				if set = byService[f.service]; set == nil {
					set = make([]uint64, size)
					byService[f.service] = set
				}
			}
			set[i>>6] |= 1 << (i & 63)
		}
	}
	s.anywhere = sparseOf(anywhere)
	for service, set := range byService {
		s.byService[service] = sparseOf(set)
	}
}

// arnFormats returns the formats of an action's types; the reference sometimes
// puts two in one entry.
func arnFormats(info *catalog.Info) []string {
	var out []string
	for _, entry := range info.ResourceARNs {
		for text := range strings.SplitSeq(entry, ", ") {
			if strings.Count(text, ":") >= partCount {
				out = append(out, text)
			}
		}
	}
	return out
}

func (s *schema) addAction(i int, info *catalog.Info, ids map[string]int32, texts []string) {
	for _, text := range arnFormats(info) {
		id := ids[text]
		if id < 0 {
			id = s.addFormat(text, extended(text, texts))
			ids[text] = id
		}
		if !slices.Contains(s.ofAction[i], id) {
			s.ofAction[i] = append(s.ofAction[i], id)
		}
	}
	s.unknown[i] = len(info.ResourceTypes) > 0 && len(s.ofAction[i]) == 0
}

// extended reports whether another of the sorted formats goes on after a slash
// where text ends, as "bucket/object" does after "bucket": the last name in
// text then has no slash in it.
func extended(text string, texts []string) bool {
	if !strings.HasSuffix(text, "}") {
		return false
	}
	i, _ := slices.BinarySearch(texts, text+"/")
	return i < len(texts) && strings.HasPrefix(texts[i], text+"/")
}

func (s *schema) addFormat(text string, flat bool) int32 {
	parts := strings.SplitN(text, ":", partCount+1)[1:]
	var f format
	for i, part := range parts {
		f.parts[i] = formatGlob(part, flat && i == partResource)
	}
	f.account = strings.HasPrefix(parts[partAccount], "${")
	service := parts[partService]
	f.service, f.vague = service, strings.Contains(service, "${")
	f.alias = (service == "s3" || service == "s3-object-lambda") && strings.HasPrefix(parts[partResource], "accesspoint/")
	id := int32(len(s.formats)) //nolint:gosec // a few thousand
	if !f.vague {
		f.place = len(s.services[service])
		s.services[service] = append(s.services[service], id)
	}
	s.formats = append(s.formats, f)
	return id
}

// formatGlob encodes a part of a format. A placeholder is one character or
// more; a "*" is any. With flat, one at the end has no slashes in it.
func formatGlob(part string, flat bool) []byte {
	var out []byte
	for i := 0; i < len(part); i++ {
		end := glob.VariableEnd(part[i:])
		switch {
		case end > 0 && flat && i+end == len(part)-1:
			out = append(out, glob.AnyOneFlat, glob.AnyRestFlat)
		case end > 0:
			out = append(out, glob.AnyOne, glob.AnyRest)
		case part[i] == '*':
			out = append(out, glob.AnyRest)
		default:
			out = append(out, part[i])
		}
		i += end
	}
	return out
}

// relation tells how p relates to the format with the given id in an account.
// The answer is kept in p if keep is set, which only one goroutine may do.
func (s *schema) relation(p *pattern, id int32, h *home, keep bool) relation {
	if p.every {
		return relationFull
	}
	f := &s.formats[id]
	slot, size := int(id), len(s.formats)
	if p.service != "" && !f.vague {
		if p.service != f.service {
			return relationNone
		}
		slot, size = f.place, len(s.services[f.service])
	}
	if p.service != "" && f.vague {
		return relate(p, f, h)
	}
	if slot < len(p.relations) && p.relations[slot] != relationUnknown {
		return p.relations[slot]
	}
	r := relate(p, f, h)
	if keep {
		if p.relations == nil {
			p.relations = make([]relation, size)
		}
		p.relations[slot] = r
	}
	return r
}

// home is where an account is: what "in this account" means for a pattern.
type home struct {
	partition, account []byte // nil where unknown.
}

func relate(p *pattern, f *format, h *home) relation {
	result := relationFull
	for i := range f.parts {
		part := f.parts[i]
		if i == partPartition && h.partition != nil {
			part = h.partition
		}
		if !glob.Overlaps(p.parts[i], part) {
			return relationNone
		}
		if i == partAccount && f.account && h.account != nil {
			part = h.account
		}
		if !glob.Covers(p.parts[i], part) {
			result = relationSome
		}
	}
	return result
}
