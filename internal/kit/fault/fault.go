// Package fault names the few ways a request can fail that are not our bug.
// Everything else is internal: logged in full, shown to nobody.
package fault

import "errors"

// Kind says which answer at the door an error deserves.
type Kind int

// The kinds, with the HTTP status the doors give them.
const (
	Internal Kind = iota // 500: our bug
	Invalid              // 422: the sender can mend it
	Denied               // 403: known, but not allowed
	Missing              // 404: not there, or not visible to this actor
	Conflict             // 409: true a moment ago, not now
	TooMany              // 429: try again a little later
	Signin               // 401: nobody is signed in
	Busy                 // 503: more is waiting than will be done soon; try again after a pause
)

// Error carries a word key that is safe to show and perhaps the field to blame.
type Error struct {
	Kind  Kind
	Key   string // word key, e.g. "attendance.closed"
	Field string // form field, "" when none is to blame
	Args  []any  // placeholder pairs for the word
}

func (e *Error) Error() string {
	if e.Field != "" {
		return e.Field + ": " + e.Key
	}
	return e.Key
}

// New makes a fault; args are name, value pairs for the word's placeholders.
func New(k Kind, key string, args ...any) error { return &Error{Kind: k, Key: key, Args: args} }

// At makes an Invalid fault that blames a form field.
func At(field, key string, args ...any) error {
	return &Error{Kind: Invalid, Key: key, Field: field, Args: args}
}

// Gone is the answer for what is absent or outside the actor's sight: both look the same.
func Gone() error { return New(Missing, "fault.missing") }

// All joins several faults so that a form shows each beside its field; nil when there is none.
// The kind of the whole is the kind of the first.
func All(errs ...error) error { return errors.Join(errs...) }

// Of finds the kind anywhere in err's chain; nil and foreign errors are Internal.
func Of(err error) Kind {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Kind
	}
	return Internal
}

// Key is the word key that may be shown for err.
func Key(err error) string {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Key
	}
	return "fault.internal"
}

// List returns every fault joined or wrapped in err, in order.
func List(err error) []*Error {
	switch e := err.(type) {
	case nil:
		return nil
	case *Error:
		return []*Error{e}
	case interface{ Unwrap() []error }:
		var out []*Error
		for _, sub := range e.Unwrap() {
			out = append(out, List(sub)...)
		}
		return out
	case interface{ Unwrap() error }:
		return List(e.Unwrap())
	}
	return nil
}
