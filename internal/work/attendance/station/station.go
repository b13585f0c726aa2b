package station

import (
	"quantriet/internal/kit/id"
)

// Station is a device that takes attendance at one site. Instants are Unix milliseconds UTC.
type Station struct {
	ID      id.ID  `json:"id"`
	Meeting id.ID  `json:"meeting"`
	Site    id.ID  `json:"site"`
	Name    string `json:"name"`
	Created int64  `json:"created"`
	Ends    int64  `json:"ends" doc:"no roster and no new scans from here on"`
	Seen    int64  `json:"seen" doc:"its last word, to the minute"`
	Unsent  int64  `json:"unsent" doc:"scans it said it still held"`
	Skew    int64  `json:"skew" doc:"milliseconds by which our clock is ahead of its own"`
	Broken  int64  `json:"broken" doc:"uploads that did not continue its chain of scans"`
	Revoked int64  `json:"revoked" doc:"when it was shut out; 0: it was not"`
	Why     string `json:"why" doc:"it was shut out"`
}

const (
	minute = int64(60_000)
	hour   = 60 * minute

	afterwards = 12 * hour         // how long a station may be used after its meeting
	delivery   = 14 * 24 * hour    // how long after that what it brings still counts
	mostRTT    = 30_000            // a longer round trip tells nothing
	latest     = 4_133_894_400_000 // the year 2101
	slack      = 2 * minute        // by which two clocks may differ without being wrong
	touchEvery = minute            // how often a station's last word is written
)

// Skew is how far our clock is ahead of a device's, by what it sent at a contact that reached
// us now, and the round trip of its last one; 0 for what is no time.
func Skew(now, sent, rtt int64) int64 {
	if sent <= 0 || sent > latest {
		return 0
	}
	return now - min(max(rtt, 0), mostRTT)/2 - sent
}

// Instant is when a device saw what it dates at: by its clock as it goes now (skew), or as it
// went before it was last put right (old), whichever falls between the station's beginning
// and now; else the nearest of these two bounds, and sure is false. A clock that jumped to and
// fro in between cannot be told from one that goes right, so the device's own word is kept too.
func Instant(device, skew, old, since, now int64) (at int64, sure bool) {
	for _, s := range []int64{skew, old} {
		if at := device + s; at >= since-slack && at <= now+slack {
			return min(max(at, since), now), true
		}
	}
	return min(max(device+skew, since), now), false
}

// contact takes a new skew: one that jumped leaves the old one for what was dated by it.
func contact(skew, old, fresh int64) (now, before int64) {
	if d := fresh - skew; d > slack || d < -slack {
		return fresh, skew
	}
	return fresh, old
}

// seam judges how an upload continues a station's chain, whose last scan known here is counter
// with head: broken when it follows that scan and does not follow from its head.
func seam(counter int64, head string, b Batch) (broken bool) {
	return len(b.Scans) > 0 && b.Scans[0].N == counter+1 && b.Prev != head
}

// ordered reports whether the counters of a batch rise by one.
func ordered(scans []Sent) bool {
	for i := 1; i < len(scans); i++ {
		if scans[i].N != scans[i-1].N+1 {
			return false
		}
	}
	return true
}
