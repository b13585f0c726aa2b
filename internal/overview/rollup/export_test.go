package rollup

// For tests that need rooms which stand on this one.
var Forest = forest

const (
	Camp  = camp
	Paper = paper
)

// Few sets how many units a part may have to be read leaf by leaf; it answers what it was.
func Few(n int64) (was int64) {
	was, few = few, n
	return was
}
