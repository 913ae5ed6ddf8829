package config

import (
	"fmt"
	"time"

	"github.com/leastward/leastward/internal/config"
)

// History says how long the Permission Creep Index is remembered.
type History struct {
	Retention config.Duration `yaml:"retention"` // Defaults to 2 years, 730d.
}

// defaultRetention keeps two whole years.
const defaultRetention = 730 * 24 * time.Hour

func (h *History) validate() error {
	if least := 8 * 24 * time.Hour; h.Retention.Std() < least {
		return fmt.Errorf("history.retention: %s is below 8d; changes over a week need as much", h.Retention)
	}
	return nil
}
