package parts

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"github.com/klauspost/compress/zstd"
)

// rowsMetadata is the metadata.json of a part with rows.
type rowsMetadata struct {
	FormatVersion          uint
	CompressedSizeBytes    uint64 // Of all files but metadata.json.
	RowsCount              uint64
	BlocksCount            uint64
	MinTimestamp           int64
	MaxTimestamp           int64
	BloomValuesShardsCount uint64
}

// streamsMetadata is the metadata.json of a part with streams.
type streamsMetadata struct {
	ItemsCount  uint64
	BlocksCount uint64
}

// newestFormat is the newest format of a part with rows that the engine reads.
const newestFormat = 3

// checkStructure reports what keeps the engine from opening a part: files that
// are missing, or longer or shorter than the metadata says, and indexes that do
// not decompress. It does not read the rows.
func checkStructure(table, path string) error {
	if table == Streams {
		return checkStreams(path)
	}
	return checkRows(path)
}

func checkRows(path string) error {
	var m rowsMetadata
	if err := readMetadata(path, &m); err != nil {
		return err
	}
	switch {
	case m.FormatVersion > newestFormat:
		return fmt.Errorf("%s: format %d is newer than %d, which is the newest that is known", metadataFile, m.FormatVersion, newestFormat)
	case m.MinTimestamp > m.MaxTimestamp, m.BlocksCount > m.RowsCount, m.BloomValuesShardsCount > 1<<16:
		return fmt.Errorf("%s contradicts itself", metadataFile)
	}
	files := []string{"index.bin", "columns_header_index.bin", "columns_header.bin", "timestamps.bin", "message_bloom.bin", "message_values.bin", "column_idxs.bin"}
	for i := range m.BloomValuesShardsCount {
		files = append(files, fmt.Sprintf("bloom.bin%d", i), fmt.Sprintf("values.bin%d", i))
	}
	if err := checkFiles(path, files, []string{"column_names.bin", "metaindex.bin"}); err != nil {
		return err
	}
	return checkSize(path, m.CompressedSizeBytes)
}

func checkStreams(path string) error {
	var m streamsMetadata
	if err := readMetadata(path, &m); err != nil {
		return err
	}
	if m.ItemsCount == 0 || m.BlocksCount == 0 || m.BlocksCount > m.ItemsCount {
		return fmt.Errorf("%s contradicts itself", metadataFile)
	}
	return checkFiles(path, []string{"index.bin", "items.bin", "lens.bin"}, []string{"metaindex.bin"})
}

func readMetadata(path string, m any) error {
	b, err := os.ReadFile(filepath.Join(path, metadataFile))
	if err != nil {
		return err
	}
	if err := json.Unmarshal(b, m); err != nil {
		return fmt.Errorf("%s: %w", metadataFile, err)
	}
	return nil
}

func checkSize(path string, want uint64) error {
	entries, err := os.ReadDir(path)
	if err != nil {
		return err
	}
	got := uint64(0)
	for _, e := range entries {
		info, err := e.Info()
		if err != nil {
			return err
		}
		if e.Name() != metadataFile && info.Mode().IsRegular() {
			got += uint64(info.Size())
		}
	}
	if got != want {
		return fmt.Errorf("the files have %d bytes, %s says %d", got, metadataFile, want)
	}
	return nil
}

// checkFiles reports files that are missing, and compressed ones that do not
// decompress.
func checkFiles(path string, files, compressed []string) error {
	for _, name := range files {
		if info, err := os.Stat(filepath.Join(path, name)); err != nil {
			return err
		} else if !info.Mode().IsRegular() {
			return fmt.Errorf("%s is not a file", name)
		}
	}
	dec, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1))
	if err != nil {
		return err
	}
	defer dec.Close()
	for _, name := range compressed {
		b, err := os.ReadFile(filepath.Join(path, name))
		if err != nil {
			return err
		}
		if _, err := dec.DecodeAll(b, nil); err != nil {
			return fmt.Errorf("decompress %s: %w", name, err)
		}
	}
	return nil
}
