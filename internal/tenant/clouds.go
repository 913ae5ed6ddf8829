package tenant

import (
	"math"
	"strings"

	"golang.org/x/sync/errgroup"

	"github.com/leastward/leastward/internal/tenant/azure"
	"github.com/leastward/leastward/internal/tenant/draw"
	"github.com/leastward/leastward/internal/tenant/files"
	"github.com/leastward/leastward/internal/tenant/gcp"
)

// others are the organisation's parts in other clouds, nil where there are none.
type others struct {
	azure      *azure.Tenant
	gcp        *gcp.Organization
	azureTruth []azure.Truth
	gcpTruth   []gcp.Truth
}

func (w *world) others() *others {
	o := &others{}
	_, pipeline := w.pipeline()
	if size := w.sizeOf(w.opts.AzureShare); size > 0 {
		o.azure = azure.New(azure.Options{
			Size: size, Seed: draw.Seed(draw.Seed(w.opts.Seed).Hash("azure")), From: w.from, Until: w.opts.Until, SuperShare: w.opts.SuperShare,
			PerIdentity: w.perIdentity, People: w.personName, Pipeline: pipeline, Words: w.words,
		})
	}
	if size := w.sizeOf(w.opts.GCPShare); size > 0 {
		o.gcp = gcp.New(gcp.Options{
			Size: size, Seed: draw.Seed(draw.Seed(w.opts.Seed).Hash("gcp")), From: w.from, Until: w.opts.Until, SuperShare: w.opts.SuperShare,
			PerIdentity: w.perIdentity, People: w.personName, Pipeline: pipeline, Words: w.words,
		})
	}
	return o
}

func (w *world) sizeOf(share float64) int { return int(math.Round(share * float64(w.opts.Size))) }

// write writes both parts and keeps what is true of them.
func (o *others) write(create files.Create) error {
	var g errgroup.Group
	if o.azure != nil {
		g.Go(func() error {
			truth, err := o.azure.Write(create)
			if err == nil {
				o.azureTruth = append(o.azureTruth, *truth)
			}
			return err
		})
	}
	if o.gcp != nil {
		g.Go(func() error {
			truth, err := o.gcp.Write(create)
			if err == nil {
				o.gcpTruth = append(o.gcpTruth, *truth)
			}
			return err
		})
	}
	return g.Wait()
}

// person returns the AWS user of person number i of the organisation, whom
// every cloud numbers alike; nil for one who has none.
func (w *world) person(i int) *identity {
	prod := w.accounts[0]
	if i%2 == 1 || i/2 >= prod.users {
		return nil
	}
	if x := w.user(prod, i/2); x.console {
		return x
	}
	return nil
}

// personName returns the login of person number i.
func (w *world) personName(i int) string {
	if x := w.person(i); x != nil {
		return x.name
	}
	prod := w.accounts[0]
	return w.words.Person(prod.seed, prod.users+i)
}

// pipeline returns the role of production by which the first pipeline deploys,
// and the pipeline's name, by which other clouds know it. The role is nil if
// there is none.
func (w *world) pipeline() (role *identity, name string) {
	prod := w.accounts[0]
	for i := range prod.roles {
		if x := w.role(prod, i); x.trusted == "oidc" {
			return x, strings.TrimSuffix(x.name, "-role")
		}
	}
	return nil, "release-pipeline"
}

// crossCloud lists who has an identity in several clouds.
func (w *world) crossCloud(o *others) []CrossCloudTruth {
	role, name := w.pipeline()
	pipeline := CrossCloudTruth{Name: name, Kind: "pipeline"}
	if role != nil {
		pipeline.AWS = role.arn
	}
	azures, gcps := 0, 0
	if o.azure != nil {
		azures, pipeline.Azure = o.azure.Users(), o.azureTruth[0].Pipeline
	}
	if o.gcp != nil {
		gcps, pipeline.GCP = o.gcp.Users(), o.gcpTruth[0].Pipeline
	}
	list := append([]CrossCloudTruth{}, pipeline.ifSeveral()...)
	for i := range max(azures, gcps) {
		one := CrossCloudTruth{Name: w.personName(i), Kind: "user"}
		if x := w.person(i); x != nil {
			one.AWS = x.arn
		}
		if i < azures {
			one.Azure = o.azure.User(i)
		}
		if i < gcps {
			one.GCP = o.gcp.User(i)
		}
		list = append(list, one.ifSeveral()...)
	}
	return list
}

// ifSeveral leaves out who is in one cloud only.
func (c CrossCloudTruth) ifSeveral() []CrossCloudTruth {
	n := 0
	for _, id := range []string{c.AWS, c.Azure, c.GCP} {
		if id != "" {
			n++
		}
	}
	if n < 2 {
		return nil
	}
	return []CrossCloudTruth{c}
}
