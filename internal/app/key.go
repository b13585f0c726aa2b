package app

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"

	"quantriet/internal/base/person/secret"
	"quantriet/internal/base/proof"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/seal"
	"quantriet/internal/kit/tlog"
)

// KeyFile is where an installation keeps its keys: beside the database, in no backup.
func KeyFile(data string) string { return filepath.Join(data, "seal.key") }

// unlock opens what is sealed with the key file of the installation, made at the first start.
// It makes no new one where something is sealed already: the file was lost, or not brought
// to this machine, and that is to be said before more is written.
func (a *App) unlock(ctx context.Context, data string) error {
	path := KeyFile(data)
	box, err := seal.Load(path)
	if errors.Is(err, fs.ErrNotExist) {
		var sealed int64
		var signed bool
		err = a.DB.Read(ctx, func(tx db.Tx) (err error) {
			if sealed, err = secret.Unknown(ctx, tx, seal.Fresh()); err == nil {
				signed, err = proof.Signed(ctx, tx)
			}
			return err
		})
		switch {
		case err != nil:
		case sealed > 0 || signed:
			err = fmt.Errorf("key file %s is missing, but data are sealed and reports signed with it: bring it back from where it is kept", path)
		default:
			box, err = seal.Create(path)
		}
	}
	if err == nil {
		a.keep(box)
	}
	return err
}

// keep gives the key to the rooms that seal.
func (a *App) keep(box *seal.Box) {
	a.Likeness.Secret = box.Key("likeness")
	a.Account.Seal, a.Essay.Seal = box, box
	a.Person.Seal, a.Secret.Seal, a.Intake.Seal = box, box, box
	a.Door.Seal, a.Presence.Seal, a.Recheck.Seal = box, box, box
	name := "quantriet-" + hex.EncodeToString(box.Key("proof name")[:6])
	a.Proof.Log = tlog.LogKey(name, box.Key("proof"))
	a.Trail.Log = a.Proof.Log
	a.Proof.Witness = tlog.WitnessKey(name, box.Key("proof witness"), func() int64 { return a.Now().Unix() })
}
