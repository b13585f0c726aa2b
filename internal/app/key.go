package app

import (
	"errors"
	"io/fs"
	"path/filepath"

	"quantriet/internal/kit/seal"
)

// unlock opens what is sealed with the key file of the installation, made at the first start.
func (a *App) unlock(data string) error {
	path := filepath.Join(data, "seal.key")
	box, err := seal.Load(path)
	if errors.Is(err, fs.ErrNotExist) {
		box, err = seal.Create(path)
	}
	if err == nil {
		a.keep(box)
	}
	return err
}

// keep gives the key to the rooms that seal.
func (a *App) keep(box *seal.Box) {
	a.Likeness.Secret = box.Key("likeness")
	a.Account.Seal = box
}
