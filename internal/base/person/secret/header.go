package secret

import (
	"strings"

	"quantriet/internal/kit/text"
)

// headers are what offices write over such columns, folded.
var headers = []string{"cccd", "cmnd", "cmtnd", "cmt", "can cuoc", "chung minh", "dinh danh", "dien thoai", "sdt", "dtdd", "so dt", "di dong",
	"zalo", "phone", "mobile", "identity", "citizen id", "id card"}

// Header reports whether a sheet's column holds identity or phone numbers, by its header.
func Header(head string) bool {
	h := " " + text.Bare(head) + " "
	for _, of := range []string{" to chuc ", " don vi ", " chi bo "} {
		if strings.Contains(h, of) && strings.Contains(h, " dinh danh ") {
			return false
		}
	}
	for _, w := range headers {
		if strings.Contains(h, " "+w+" ") {
			return true
		}
	}
	return false
}

// Keys are the columns of a sheet that hold such numbers.
var Keys = []string{"identity", "phone"}

// Left is what a sheet shows of such a cell, whatever stands in it.
func Left(cell string) string {
	if m := Masked(bare(cell)); m != "" && digits(strings.TrimPrefix(bare(cell), "+")) {
		return m
	}
	return "••••"
}
