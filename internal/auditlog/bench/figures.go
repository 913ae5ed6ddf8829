package main

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// figures are what one part measured. Times are in seconds, sizes in bytes.
type figures struct {
	Version string            `json:"version"`
	Events  int64             `json:"events"`
	Load    float64           `json:"load"`    // Compressed files to queryable.
	CPU     float64           `json:"cpu"`     // Processor time of that.
	Durable float64           `json:"durable"` // Compressed files to on disk.
	Sort    float64           `json:"sort"`    // What the peer's queries need beforehand.
	Bytes   int64             `json:"bytes"`
	Sorted  int64             `json:"parquet_bytes"`
	Peak    int64             `json:"peak"` // Highest resident memory.
	Needle  string            `json:"needle"`
	Queries map[string]timing `json:"queries"`
}

// timing is one query's: the first time, which may find nothing in memory, and
// the median of all.
type timing struct {
	First  float64 `json:"first"`
	Median float64 `json:"median"`
	Rows   int     `json:"rows"`
}

// repeat asks a query several times.
func repeat(rounds int, query func() (int, error)) (timing, error) {
	var (
		t     timing
		times []float64
	)
	for range rounds {
		start := time.Now()
		rows, err := query()
		if err != nil {
			return t, err
		}
		times, t.Rows = append(times, time.Since(start).Seconds()), rows
	}
	t.First = times[0]
	slices.Sort(times)
	t.Median = times[len(times)/2]
	return t, nil
}

// size returns the bytes of all files below a directory.
func size(dir string) (int64, error) {
	var sum int64
	err := filepath.WalkDir(dir, func(_ string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if err == nil {
			sum += info.Size()
		}
		return err
	})
	return sum, err
}

// peak returns the highest resident memory of a process that ended.
func peak(s *os.ProcessState) int64 {
	if usage, ok := s.SysUsage().(*syscall.Rusage); ok {
		return usage.Maxrss * 1024
	}
	return 0
}

// processor returns the processor time of a process so far, in seconds; "self"
// is this one. The kernel counts in hundredths:
// https://docs.kernel.org/filesystems/proc.html
func processor(pid string) (float64, error) {
	text, err := os.ReadFile("/proc/" + pid + "/stat")
	if err != nil {
		return 0, err
	}
	fields := strings.Fields(string(text[bytes.LastIndexByte(text, ')')+1:]))
	var sum float64
	for _, i := range []int{11, 12} { // User and system, the first of these being the state.
		ticks, err := strconv.ParseFloat(fields[i], 64)
		if err != nil {
			return 0, err
		}
		sum += ticks / 100
	}
	return sum, nil
}
