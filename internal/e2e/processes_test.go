package e2e_test

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// tree is processes by number, each with its name and the time at which it was
// started, for numbers are used again.
type tree map[int]string

// processes returns the process and all that descend from it, as Linux tells
// them: https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html. Elsewhere
// it returns nothing.
func processes(t *testing.T, root int) tree {
	t.Helper()
	paths := must(filepath.Glob("/proc/[0-9]*/stat"))(t)
	names, children := tree{}, map[int][]int{}
	for _, path := range paths {
		pid, parent, name, ok := stat(path)
		if ok {
			names[pid] = name
			children[parent] = append(children[parent], pid)
		}
	}
	found := tree{}
	for next := []int{root}; len(next) > 0; next = next[1:] {
		if name, ok := names[next[0]]; ok {
			found[next[0]] = name
			next = append(next, children[next[0]]...)
		}
	}
	return found
}

// stat reads a process's number, its parent's, and its name with the time of
// its start. Processes come and go: one that is gone, or a zombie, is not ok.
func stat(path string) (pid, parent int, name string, ok bool) {
	data, err := os.ReadFile(path)
	if err != nil {
		return 0, 0, "", false
	}
	// "4711 (name, which may have anything in it) S 4710 …"
	text := string(data)
	begin, end := strings.IndexByte(text, '('), strings.LastIndexByte(text, ')')
	fields := strings.Fields(text[end+1:])
	if begin < 0 || len(fields) < 20 || fields[0] == "Z" {
		return 0, 0, "", false
	}
	pid, _ = strconv.Atoi(strings.TrimSpace(text[:begin]))
	parent, _ = strconv.Atoi(fields[1])
	return pid, parent, text[begin+1:end] + " started at " + fields[19], true
}

// alive returns those that still run.
func (p tree) alive(t *testing.T) tree {
	t.Helper()
	left := tree{}
	for pid, name := range p {
		if _, _, now, ok := stat(filepath.Join("/proc", strconv.Itoa(pid), "stat")); ok && now == name {
			left[pid] = name
		}
	}
	return left
}

// using returns those that were started with a path in the folder.
func (p tree) using(folder string) tree {
	found := tree{}
	for pid, name := range p {
		line, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "cmdline"))
		if err == nil && strings.Contains(string(line), folder+"/") {
			found[pid] = name
		}
	}
	return found
}
