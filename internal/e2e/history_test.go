package e2e_test

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/leastward/leastward/internal/state"
	"github.com/leastward/leastward/internal/testkit"
)

// idleDetails is the export of an account with one user.
const idleDetails = `{"UserDetailList": [{"UserName": "idle", "UserId": "AIDAIDLE", "Arn": "arn:aws:iam::%[1]s:user/idle",
  "Path": "/", "CreateDate": "2024-01-01T00:00:00Z", "UserPolicyList": [{"PolicyName": "all", "PolicyDocument":
  {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}}}]}],
 "GroupDetailList": [], "RoleDetailList": [], "Policies": []}`

// collections is an exporter of two accounts that is killed and started again.
type collections struct {
	t   *testing.T
	dir string
	at  site
	// made is how many collections each account had by the log of all
	// processes.
	made map[string]int
}

// An exporter that is killed, whenever that happens to be, has each collection
// in its history once; the one that it was killed at the end of may be missing.
func TestHistoryOfAKilledExporter(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("kills exporters for ten seconds")
	}
	c := &collections{t: t, dir: t.TempDir(), at: site{t: t, url: "http://" + testkit.FreeAddress(t)}, made: map[string]int{}}
	text := "data_dir: data\ncollect: {interval: 1s}\naudit: {disabled: true}\naws:\n  accounts:\n"
	for _, id := range []string{"111111111111", "222222222222"} {
		write(t, filepath.Join(c.dir, id+".json"), fmt.Sprintf(idleDetails, id))
		text += fmt.Sprintf("    - {id: %q, files: {authorization_details: %s.json}}\n", id, id)
	}
	write(t, filepath.Join(c.dir, "exporter.yml"), text)
	for kills := 1; kills <= 4; kills++ {
		c.runAndKill()
		for id, n := range c.points() {
			if made := c.made[id]; n > made || n < made-kills {
				t.Errorf("account %s has %d points of %d collections after %d kills", id, n, made, kills)
			}
		}
	}
	if c.made["111111111111"] < 4 {
		t.Errorf("only %d collections", c.made["111111111111"])
	}
}

func (c *collections) runAndKill() {
	c.t.Helper()
	p := testkit.StartProcess(c.t, nil, program(c.t, "exporter"), "--config.file", filepath.Join(c.dir, "exporter.yml"), "--web.listen-address", c.at.address())
	c.at.awaitReady(p, "/-/ready")
	delay := time.NewTimer(time.Second + time.Duration(rand.IntN(1500))*time.Millisecond)
	<-delay.C
	p.Kill()
	for line := range strings.Lines(p.Output()) {
		if !strings.Contains(line, "msg=collected") {
			continue
		}
		_, rest, _ := strings.Cut(line, "system=")
		c.made[rest[:12]]++
	}
}

// points counts what the history has of each account.
func (c *collections) points() map[string]int {
	c.t.Helper()
	db, err := state.Connect(filepath.Join(c.dir, "data", "history.db"))
	if err != nil {
		c.t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	rows, err := db.QueryContext(c.t.Context(), "SELECT system, count(*) FROM points GROUP BY system")
	if err != nil {
		c.t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	found := map[string]int{}
	for rows.Next() {
		var id string
		var n int
		if err := rows.Scan(&id, &n); err != nil {
			c.t.Fatal(err)
		}
		found[id] = n
	}
	if err := rows.Err(); err != nil || len(found) != 2 {
		c.t.Fatalf("history of %d accounts, %v", len(found), err)
	}
	return found
}
