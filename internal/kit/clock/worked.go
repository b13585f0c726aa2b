package clock

import (
	"syscall"
	"time"
)

// Worked is the processor time this process has had, which neighbours on the machine do not
// lengthen as they do the clock; 0 where the system does not tell.
func Worked() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
