package device

import (
	"context"
	"net/http"
	"unicode/utf8"

	"quantriet/internal/base/access"
	"quantriet/internal/base/audit"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/text"
)

// Service is one's own devices. Its function fields are joined by package account.
type Service struct {
	DB  *db.DB
	Now clock.Now

	Here   func(*http.Request) id.ID // the device that asks; zero for a token
	Forget func()                    // drops what the door remembers of visitors
}

// List is who's own devices, the last used first; here is the one in use.
func (s *Service) List(ctx context.Context, who access.Actor, here id.ID) (list []Device, err error) {
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		list, err = Of(ctx, tx, who.Account, s.Now.Ms())
		return err
	})
	if list == nil {
		list = []Device{}
	}
	for i := range list {
		list[i].Here = list[i].ID == here
	}
	return list, err
}

// Rename calls one of who's own devices something. Faults: Missing, Invalid.
func (s *Service) Rename(ctx context.Context, who access.Actor, device id.ID, name string) error {
	name, ok := text.Clean(name)
	if !ok || utf8.RuneCountInString(name) > maxName {
		return fault.At("name", "device.bad_name", "n", maxName)
	}
	return s.DB.Write(ctx, func(tx db.Tx) error {
		done, err := rename(ctx, tx, who.Account, device, name)
		if err == nil && !done {
			return fault.Gone()
		}
		return err
	})
}

// End revokes one of who's own devices: whoever sits there is signed out at once. Fault: Missing.
func (s *Service) End(ctx context.Context, who access.Actor, device id.ID) error {
	err := s.DB.Write(ctx, func(tx db.Tx) error {
		done, err := Revoke(ctx, tx, who.Account, device, s.Now.Ms())
		if err == nil && !done {
			return fault.Gone()
		}
		if err != nil {
			return err
		}
		return audit.Write(ctx, tx, who, s.Now.Ms(), "account.end_device", who.Account, who.Home(), nil, "")
	})
	s.forget()
	return err
}

// EndOthers revokes every device of who but the one in use.
func (s *Service) EndOthers(ctx context.Context, who access.Actor, here id.ID) error {
	err := s.DB.Write(ctx, func(tx db.Tx) error {
		if err := RevokeOthers(ctx, tx, who.Account, here, s.Now.Ms()); err != nil {
			return err
		}
		return audit.Write(ctx, tx, who, s.Now.Ms(), "account.end_devices", who.Account, who.Home(), nil, "")
	})
	s.forget()
	return err
}

func (s *Service) forget() {
	if s.Forget != nil {
		s.Forget()
	}
}
