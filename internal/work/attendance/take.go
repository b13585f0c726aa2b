package attendance

import (
	"context"
	"fmt"

	"quantriet/internal/base/access"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
)

// Scan is one observation as a device made it. Instants are Unix milliseconds UTC.
type Scan struct {
	Key      id.ID // made by the device: the same key counts once
	Station  id.ID // the device; 0 none of ours
	Counter  int64 // of the device, from 1; 0 none
	Code     string
	Person   id.ID  // instead of a code
	How      string // one of Ways
	DeviceAt int64  // by the device's own clock; 0 unknown
	At       int64  // as the caller corrected it; 0 now
	Offline  bool   // made without a line
	Forced   bool   // let in by the usher against a rule
	Revoked  bool   // the station had been shut out
	Note     string
}

// MostScans bounds one call of Take.
const MostScans = 200

// Take keeps scans of one site and says of each what came of it, in order. Sending a key again
// answers as the first time; a bad scan spoils no good one. Faults: Missing outside the actor's
// reach, Invalid for more than MostScans, Busy when too many wait already.
func (s *Service) Take(ctx context.Context, who access.Actor, meeting, site id.ID, scans []Scan) (out []Verdict, err error) {
	if len(scans) > MostScans {
		return nil, fault.New(fault.Invalid, "attendance.batch_too_large")
	}
	for _, c := range scans {
		v := Verdict{Key: c.Key, Code: c.Code}
		w := Way{How: c.How, At: c.At, Note: c.Note}
		if c.Person != 0 {
			v.Entry, err = s.EnterPerson(ctx, who, meeting, site, c.Person, w)
		} else {
			v.Entry, err = s.Enter(ctx, who, meeting, site, c.Code, w)
		}
		switch {
		case err == nil && v.Entry.Again != 0:
			v.Label = "again"
		case err == nil:
		case fault.Of(err) == fault.Internal:
			return nil, fmt.Errorf("take at %s: %w", site, err)
		default:
			v.Fault, v.Label = fault.Key(err), "unknown"
		}
		out = append(out, v)
	}
	return out, nil
}
