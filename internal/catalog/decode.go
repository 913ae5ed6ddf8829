package catalog

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/klauspost/compress/zstd"

	"github.com/leastward/leastward/internal/entitlement"
)

// The catalogue file is lines of tab-separated fields, compressed with zstd:
//
//	#	any text                            comment
//	C	cloud	version                     once, first
//	S	service                             begins a service
//	R	type	ARN format                  resource type of the service, numbered from 0
//	A	action	type	flags	0,2          action, with its resource types
//
// The types and flags are the letters below. Actions are sorted by name in
// lower case. Resource types of Azure and Google Cloud are part of the name and
// not written.
const (
	typeLetters = "rlwdpt" // In the order of ActionType.
	// Flags: high severity; the four sensitivities in order; data plane;
	// unrecorded; data action; data action and control plane.
	flagLetters = "HCDPRduab"
)

func decode(packed []byte, calls string) (*Catalog, error) {
	text, err := unpack(packed)
	if err != nil {
		return nil, err
	}
	d := decoder{catalog: &Catalog{}}
	d.catalog.infos = make([]Info, 0, strings.Count(text, "\nA\t"))
	for n := 1; text != ""; n++ {
		var line string
		line, text, _ = strings.Cut(text, "\n")
		if err := d.line(line); err != nil {
			return nil, fmt.Errorf("line %d of the catalogue: %w", n, err)
		}
	}
	return finish(d.catalog, calls)
}

func unpack(packed []byte) (string, error) {
	zr, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1))
	if err != nil {
		return "", fmt.Errorf("open the decompressor: %w", err)
	}
	defer zr.Close()
	text, err := zr.DecodeAll(packed, nil)
	if err != nil {
		return "", fmt.Errorf("decompress the catalogue: %w", err)
	}
	return string(text), nil
}

// decoder holds the service that is being read.
type decoder struct {
	catalog     *Catalog
	service     string
	types, arns []string
	lists       map[string]resources // By the list as written: most actions share one.
}

type resources struct{ types, arns []string }

func (d *decoder) line(line string) error {
	kind, rest, _ := strings.Cut(line, "\t")
	switch kind {
	case "#", "":
	case "C":
		cloud, version, _ := strings.Cut(rest, "\t")
		d.catalog.cloud, d.catalog.version = entitlement.Cloud(cloud), version
	case "S":
		d.service, d.types, d.arns, d.lists = rest, nil, nil, map[string]resources{}
	case "R":
		name, arn, _ := strings.Cut(rest, "\t")
		d.types, d.arns = append(d.types, name), append(d.arns, arn)
	case "A":
		return d.action(rest)
	default:
		return fmt.Errorf("unknown kind %q", kind)
	}
	return nil
}

func (d *decoder) action(rest string) error {
	name, rest, _ := strings.Cut(rest, "\t")
	typ, rest, _ := strings.Cut(rest, "\t")
	flags, list, ok := strings.Cut(rest, "\t")
	t := strings.Index(typeLetters, typ)
	if !ok || t < 0 || len(typ) != 1 || !d.names(name) {
		return fmt.Errorf("action %q of service %q is malformed", name, d.service)
	}
	info := Info{Action: entitlement.Action(name), Service: name[:len(d.service)], Type: ActionType(t)}
	if err := setFlags(&info, flags); err != nil {
		return fmt.Errorf("action %q: %w", name, err)
	}
	r, err := d.resources(list)
	if err != nil {
		return fmt.Errorf("action %q: %w", name, err)
	}
	info.ResourceTypes, info.ResourceARNs = r.types, r.arns
	if d.catalog.cloud != entitlement.AWS {
		info.ResourceTypes = d.typeOf(name)
	}
	d.catalog.infos = append(d.catalog.infos, info)
	return nil
}

// names reports whether name is one that an action of the service may have.
func (d *decoder) names(name string) bool {
	rest, ok := strings.CutPrefix(name, d.service)
	if !ok || len(rest) < 2 || d.service == "" {
		return false
	}
	switch d.catalog.cloud {
	case entitlement.Azure:
		return rest[0] == '/' && len(name) <= maxLongName
	case entitlement.GCP:
		return (rest[0] == '.' || rest[0] == '/') && len(name) <= maxName
	case entitlement.AWS, entitlement.Platform:
	}
	return rest[0] == ':' && len(name) <= maxName
}

// typeOf returns the resource type that is part of an action's name; the types
// of a service are shared.
func (d *decoder) typeOf(name string) []string {
	t := resourceType(d.catalog.cloud, name)
	if t == "" || t == d.service {
		return nil
	}
	if r, ok := d.lists[t]; ok {
		return r.types
	}
	r := resources{types: []string{t}}
	d.lists[t] = r
	return r.types
}

// resourceType cuts what is done off an action's name: the last part on Google
// Cloud ("storage.objects.get"), the verb on Azure, which is two parts where the
// last is "action" ("Microsoft.Storage/storageAccounts/listKeys/action").
func resourceType(cloud entitlement.Cloud, name string) string {
	if cloud == entitlement.GCP {
		return name[:max(0, strings.LastIndexByte(name, '.'))]
	}
	t := name[:max(0, strings.LastIndexByte(name, '/'))]
	if strings.EqualFold(name[len(t):], "/action") {
		t = t[:max(0, strings.LastIndexByte(t, '/'))]
	}
	return t
}

func setFlags(info *Info, flags string) error {
	for _, f := range flags {
		switch at := strings.IndexRune(flagLetters, f); at {
		case -1:
			return fmt.Errorf("unknown flag %q", f)
		case 0:
			info.Severity = High
		case 5:
			info.DataPlane = true
		case 6:
			info.Unrecorded = true
		case 7, 8:
			info.Data, info.DataOnly = true, f == 'a'
		default:
			info.Sensitivity |= 1 << (at - 1)
		}
	}
	return nil
}

func (d *decoder) resources(list string) (resources, error) {
	if list == "" {
		return resources{}, nil
	}
	if r, ok := d.lists[list]; ok {
		return r, nil
	}
	var r resources
	for field := range strings.SplitSeq(list, ",") {
		i, err := strconv.Atoi(field)
		if err != nil || i < 0 || i >= len(d.types) {
			return resources{}, fmt.Errorf("resource type %q is not one of %d", field, len(d.types))
		}
		r.types, r.arns = append(r.types, d.types[i]), append(r.arns, d.arns[i])
	}
	d.lists[list] = r
	return r, nil
}

// finish builds the tables for look-up.
func finish(c *Catalog, calls string) (*Catalog, error) {
	if c.version == "" || len(c.infos) == 0 {
		return nil, errors.New("the catalogue has no version or no actions")
	}
	c.matches.limit, c.mapped.limit = maxMatches, maxMapped
	c.all = entitlement.NewActionSet(len(c.infos))
	c.data, c.control = entitlement.NewActionSet(len(c.infos)), entitlement.NewActionSet(len(c.infos))
	c.index = make(map[string]int32, len(c.infos))
	c.lower = lowerNames(c.infos)
	for i, name := range c.lower {
		if i > 0 && c.lower[i-1] >= name {
			return nil, fmt.Errorf("action %q is out of order", name)
		}
		c.index[name] = int32(i)
		c.all.Add(i)
		c.split(i)
	}
	var err error
	c.calls, err = parseCalls(calls, c)
	return c, err
}

// split puts an action into the sets of what grants it.
func (c *Catalog) split(i int) {
	if c.infos[i].Data {
		c.data.Add(i)
	}
	if !c.infos[i].DataOnly {
		c.control.Add(i)
	}
}

// lowerNames returns the names in lower case, all cut from one string.
func lowerNames(infos []Info) []string {
	n := 0
	for i := range infos {
		n += len(infos[i].Action)
	}
	buf := make([]byte, 0, n)
	for i := range infos {
		buf = appendLower(buf, string(infos[i].Action))
	}
	rest, names := string(buf), make([]string, len(infos))
	for i := range infos {
		n := len(infos[i].Action)
		names[i], rest = rest[:n], rest[n:]
	}
	return names
}
