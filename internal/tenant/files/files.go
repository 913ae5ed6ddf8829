// Package files writes the files of the sample tenant: documents as a whole,
// long lists element by element, and logs by the day.
package files

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
)

// Create opens the file of that name, with / between folders, for writing. It
// is called from several goroutines.
type Create func(name string) (io.WriteCloser, error)

// Directory returns a Create for files below a directory, which is made if
// missing.
func Directory(dir string) Create {
	return func(name string) (io.WriteCloser, error) {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return nil, fmt.Errorf("make a folder for the sample tenant: %w", err)
		}
		return os.Create(path)
	}
}

// Write opens a file, has it written and closes it.
func Write(create Create, name string, write func(io.Writer) error) error {
	f, err := create(name)
	if err != nil {
		return err
	}
	if err := errors.Join(write(f), f.Close()); err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	return nil
}

// JSON writes one document, indented for people.
func JSON(out io.Writer, value any) error {
	b := bufio.NewWriter(out)
	e := json.NewEncoder(b)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	if err := e.Encode(value); err != nil {
		return err
	}
	return b.Flush()
}

// Document writes a file of one document.
func Document(create Create, name string, value any) error {
	return Write(create, name, func(out io.Writer) error { return JSON(out, value) })
}

// Array writes a file of a JSON array, one element a line, without holding
// them.
func Array[T any](create Create, name string, elements iter.Seq[T]) error {
	return Within(create, name, "", elements, "")
}

// Within is Array with text before and behind the array, such as that of a page
// of an API around its list.
func Within[T any](create Create, name, before string, elements iter.Seq[T], behind string) error {
	return Write(create, name, func(out io.Writer) error {
		b := bufio.NewWriterSize(out, 1<<16)
		_, _ = b.WriteString(before + "[") // Flush tells of failed writes.
		between := "\n"
		for one := range elements {
			text, err := compact(one)
			if err != nil {
				return err
			}
			_, _ = b.WriteString(between)
			_, _ = b.Write(text)
			between = ",\n"
		}
		_, _ = b.WriteString("\n]" + behind + "\n")
		return b.Flush()
	})
}

// Lines writes a file of one document a line.
func Lines[T any](create Create, name string, elements iter.Seq[T]) error {
	return Write(create, name, func(out io.Writer) error {
		b := bufio.NewWriterSize(out, 1<<16)
		for one := range elements {
			text, err := compact(one)
			if err != nil {
				return err
			}
			_, _ = b.Write(append(text, '\n')) // Flush tells of failed writes.
		}
		return b.Flush()
	})
}

// compact encodes on one line, with <, > and & as they are.
func compact(value any) ([]byte, error) {
	var b buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(value); err != nil {
		return nil, err
	}
	return b[:len(b)-1], nil // Encode ends with a line break.
}

type buffer []byte

func (b *buffer) Write(p []byte) (int, error) {
	*b = append(*b, p...)
	return len(p), nil
}
