package command

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/alecthomas/kingpin/v2"
	"golang.org/x/crypto/bcrypt"
)

// hashPassword makes what basic_auth_users of a web configuration file has in
// the place of a password.
func hashPassword(a *kingpin.Application) (*kingpin.CmdClause, func(context.Context, *env) error) {
	c := a.Command("hash-password", "Print the bcrypt hash of the password on standard input, for basic_auth_users of a file for --web.config.file.")
	return c, func(_ context.Context, e *env) error {
		line, err := bufio.NewReader(io.LimitReader(e.stdin, 4096)).ReadString('\n')
		if err != nil && !errors.Is(err, io.EOF) {
			return fmt.Errorf("read the password: %w", err)
		}
		password := strings.TrimRight(line, "\r\n")
		if password == "" {
			return errors.New("there is no password on standard input; give it as in `exporter hash-password < password.secret`")
		}
		hash, err := bcrypt.GenerateFromPassword([]byte(password), bcrypt.DefaultCost)
		if err != nil {
			return fmt.Errorf("hash the password: %w", err)
		}
		_, err = fmt.Fprintln(e.stdout, string(hash))
		return err
	}
}
