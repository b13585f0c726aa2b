package station

import (
	"encoding/json"
	"reflect"
	"testing"

	"pgregory.net/rapid"

	"quantriet/internal/kit/id"
)

var odd = []string{"", "Đảng viên mẫu 001", "a\u2028b", "\xff", "<&>", "\x7f", "\"\\", "station", "undo"}

// What is written by hand is what encoding/json writes, and what is read by hand what it reads.
func TestWire(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		n := func(name string) id.ID { return id.ID(rapid.Int64Range(0, 1<<62).Draw(r, name)) }
		i := func(name string) int64 { return rapid.Int64().Draw(r, name) }
		s := func(name string) string {
			return rapid.OneOf(rapid.String(), rapid.SampledFrom(odd)).Draw(r, name)
		}
		a := Answer{Now: i("now")}
		b := Batch{Sent: i("sent"), RTT: i("rtt"), Unsent: i("unsent"), Prev: s("prev"), Sig: s("sig"), MAC: s("mac"), Scans: []Sent{}}
		for range rapid.IntRange(0, 3).Draw(r, "lines") {
			a.Verdicts = append(a.Verdicts, Verdict{Key: n("key"), Label: s("label"), Fault: s("fault"), Text: s("text"), Person: n("person"), Name: s("name"), At: i("at"), Grade: i("grade")})
			b.Scans = append(b.Scans, Sent{Key: n("key"), N: i("n"), How: s("how"), Code: s("code"), Person: n("person"), At: i("at"), Offline: rapid.Bool().Draw(r, "offline"), Forced: rapid.Bool().Draw(r, "forced"), Of: n("of"), Note: s("note")})
		}
		want, err := json.Marshal(a)
		if got := string(appendAnswer(nil, a)); err != nil || got != string(want)+"\n" {
			r.Fatalf("%s\nwant %s %v", got, want, err)
		}
		body, err := json.Marshal(b)
		if err != nil {
			r.Fatal(err)
		}
		var slow Batch
		if err := json.Unmarshal(body, &slow); err != nil {
			r.Fatal(err)
		}
		if fast, ok := readBatch(body); ok && !reflect.DeepEqual(fast, slow) {
			r.Fatalf("%s\n%+v\nwant %+v", body, fast, slow)
		}
	})
	if _, ok := readBatch([]byte(`{"sent":1,"mac":"ab","scans":[{"key":"0AB12CD34EF56","n":1,"how":"station","code":"Đ7","at":-5,"offline":true}]}`)); !ok {
		t.Error("a plain upload is not read by hand")
	}
}

// Whatever is read by hand, encoding/json reads alike.
func FuzzRead(f *testing.F) {
	for _, s := range []string{`{"sent":1,"scans":[]}`, `{"sent":01,"scans":[]}`, `{"sent":1,"scans":[{"key":"0AB12CD34EF56","n":1}]}`, `{"scans":[{"n":1},]}`, `{"mac":"\u0041"}`, `{"sent":1}x`, `{}`, `{"sent":-}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		fast, ok := readBatch(body)
		if !ok {
			return
		}
		var slow Batch
		if err := json.Unmarshal(body, &slow); err != nil || !reflect.DeepEqual(fast, slow) {
			t.Fatalf("%q: %+v, want %+v %v", body, fast, slow, err)
		}
	})
}
