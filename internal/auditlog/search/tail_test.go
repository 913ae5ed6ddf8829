package search_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sync/errgroup"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/auditlog/query"
	"github.com/leastward/leastward/internal/auditlog/search"
	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/entitlement"
)

// listener gathers events until it has as many as it waits for.
type listener struct {
	mu   sync.Mutex
	ids  []string
	want int
	done func()
}

func (l *listener) event(ev *auditlog.Event) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.ids = append(l.ids, ev.ID); len(l.ids) >= l.want {
		l.done()
	}
	return nil
}

// synced tells when the tail has asked the store how far it is, which is when
// it begins to listen.
type synced struct {
	auditlog.Store
	once  sync.Once
	first chan struct{}
}

func (s *synced) Sync(ctx context.Context) (time.Time, error) {
	t, err := s.Store.Sync(ctx)
	s.once.Do(func() { close(s.first) })
	return t, err
}

func TestTailHasWhatIsStoredFromNowOnOnce(t *testing.T) {
	t.Parallel()
	all := events(31, 300)
	store := newStore(t, all[:100])
	s := &synced{Store: store, first: make(chan struct{})}
	where := &query.Node{Field: query.Outcome, Operator: query.IsNot, Values: []string{"error"}}
	own := &[]entitlement.SystemID{"111122223333", "000011112222"}
	want := slices.DeleteFunc(matching(all[100:], where), func(ev auditlog.Event) bool { return !slices.Contains(*own, ev.System) })
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	l := &listener{want: len(want), done: cancel}
	var g errgroup.Group
	g.Go(func() error {
		err := search.New(options(s)).Tail(ctx, query.Query{Range: query.Range{From: start()}, Where: where}, search.Caller{Systems: own}, l.event)
		if !errors.Is(err, context.Canceled) {
			return err
		}
		return nil
	})
	<-s.first
	for i := 100; i < 300; i += 40 {
		add(t, store, all[i:i+40])
	}
	if err := g.Wait(); err != nil {
		t.Fatal(err)
	}
	slices.Sort(l.ids)
	wanted := ids(want)
	slices.Sort(wanted)
	if diff := cmp.Diff(wanted, l.ids); diff != "" {
		t.Errorf("followed events differ (-want +got):\n%s", diff)
	}
}

func TestValuesComplete(t *testing.T) {
	t.Parallel()
	all := events(32, 300)
	s := search.New(options(newStore(t, all)))
	got, err := s.Values(context.Background(), query.Action, "IAM:", query.Query{Range: everything()}, search.Caller{}, 1)
	if err != nil {
		t.Fatal(err)
	}
	count := map[string]int64{}
	for i := range all {
		for _, a := range slices.Compact(slices.Sorted(slices.Values(values(query.Action, &all[i])))) {
			count[a]++
		}
	}
	want := search.Value{Value: "iam:CreateUser", Count: count["iam:CreateUser"]}
	if count["iam:PassRole"] > want.Count {
		want = search.Value{Value: "iam:PassRole", Count: count["iam:PassRole"]}
	}
	if diff := cmp.Diff([]search.Value{want}, got); diff != "" {
		t.Error(diff)
	}
	if _, err := s.Values(context.Background(), query.Text, "a", query.Query{}, search.Caller{}, 1); err == nil {
		t.Error("no error for a field that has no values of its own")
	}
}

func TestTimeout(t *testing.T) {
	t.Parallel()
	o := options(newStore(t, events(33, 100)))
	o.Limits.Timeout, o.Catalog = time.Nanosecond, catalog.AWS()
	s := search.New(o)
	_, err := s.Events(context.Background(), query.Query{Range: everything()}, search.Caller{})
	var bad *query.Error
	if !errors.Is(err, search.ErrTimeout) || !errors.As(err, &bad) || bad.Path != "range" {
		t.Errorf("%v, want a timeout", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err = search.New(options(o.Store)).Events(ctx, query.Query{Range: everything()}, search.Caller{})
	if !errors.Is(err, context.Canceled) || errors.Is(err, search.ErrTimeout) {
		t.Errorf("%v, want the caller's own end", err)
	}
}

// partial is a store of which a part is missing.
type partial struct{ auditlog.Store }

func (p partial) Select(ctx context.Context, s auditlog.Statement, row func(auditlog.Row) error) (auditlog.Outcomes, error) {
	if !s.AllowPartial {
		return auditlog.Outcomes{}, auditlog.ErrUnavailable
	}
	_, err := p.Store.Select(ctx, s, row)
	return auditlog.Outcomes{Partial: true}, err
}

func TestPartialAnswersSaySo(t *testing.T) {
	t.Parallel()
	s := search.New(options(partial{newStore(t, events(34, 20))}))
	q := query.Query{Range: everything()}
	if _, err := s.Events(context.Background(), q, search.Caller{}); !errors.Is(err, auditlog.ErrUnavailable) {
		t.Errorf("%v, want unavailable", err)
	}
	page, err := s.Events(context.Background(), q, search.Caller{AllowPartial: true})
	if err != nil || !page.Partial || len(page.Events) != 20 {
		t.Errorf("partial %v, %d events: %v", page.Partial, len(page.Events), err)
	}
	o, err := s.Each(context.Background(), q, search.Caller{AllowPartial: true}, func(*auditlog.Event) error { return nil })
	if err != nil || !o.Partial {
		t.Errorf("each: partial %v: %v", o.Partial, err)
	}
	q.Group = &query.Group{By: []query.Field{query.Name}}
	table, err := s.Groups(context.Background(), q, search.Caller{AllowPartial: true})
	if err != nil || !table.Partial {
		t.Errorf("groups: partial %v: %v", table.Partial, err)
	}
	q.Group, q.Series = nil, &query.Series{}
	series, err := s.Series(context.Background(), q, search.Caller{AllowPartial: true})
	if err != nil || !series.Partial {
		t.Errorf("series: partial %v: %v", series.Partial, err)
	}
}
