package xlsx

import (
	"archive/zip"
	"bytes"
	"cmp"
	"io"
	"slices"
)

// write stores the workbook with its parts in one fixed order: excelize keeps
// streamed sheets in a map. The content types come first, as readers that sniff
// the format expect.
func (b *book) write(w io.Writer) error {
	var buf bytes.Buffer
	if err := b.file.Write(&buf); err != nil {
		return err
	}
	in, err := zip.NewReader(bytes.NewReader(buf.Bytes()), int64(buf.Len()))
	if err != nil {
		return err
	}
	slices.SortFunc(in.File, func(x, y *zip.File) int {
		return cmp.Or(cmp.Compare(rank(x.Name), rank(y.Name)), cmp.Compare(x.Name, y.Name))
	})
	out := zip.NewWriter(w)
	for _, part := range in.File {
		if err := out.Copy(part); err != nil {
			return err
		}
	}
	return out.Close()
}

func rank(name string) int {
	if name == "[Content_Types].xml" {
		return 0
	}
	return 1
}
