package file

import (
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/text"
)

// kind is a sort of file that is taken; the first ending is the usual one.
type kind struct {
	mime    string
	endings []string
}

var (
	pdfKind  = kind{"application/pdf", []string{".pdf"}}
	docxKind = kind{"application/vnd.openxmlformats-officedocument.wordprocessingml.document", []string{".docx"}}
	xlsxKind = kind{"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", []string{".xlsx"}}
	pptxKind = kind{"application/vnd.openxmlformats-officedocument.presentationml.presentation", []string{".pptx"}}
	docKind  = kind{"application/msword", []string{".doc"}}
	xlsKind  = kind{"application/vnd.ms-excel", []string{".xls"}}
	pngKind  = kind{"image/png", []string{".png"}}
	jpegKind = kind{"image/jpeg", []string{".jpg", ".jpeg"}}
	webpKind = kind{"image/webp", []string{".webp"}}
	textKind = kind{"text/plain; charset=utf-8", []string{".txt"}}
	csvKind  = kind{"text/csv; charset=utf-8", []string{".csv"}}
)

var kinds = []kind{pdfKind, docxKind, xlsxKind, pptxKind, docKind, xlsKind, pngKind, jpegKind, webpKind, textKind, csvKind}

// Accept is what the file field of a form offers.
const Accept = ".pdf,.docx,.xlsx,.pptx,.doc,.xls,.png,.jpg,.jpeg,.webp,.txt,.csv"

// runnable endings make a system run what it should show, whatever is inside.
var runnable = strings.Fields(`.exe .com .scr .bat .cmd .ps1 .vbs .vbe .js .jse .wsf .hta .msi .jar .lnk .sh .php .html
	.htm .xhtml .svg .xml .mht .mhtml .docm .dotm .xlsm .xltm .xlam .pptm .ppsm .apk .dll .reg .iso`)

// longestName is in letters, with the ending.
const longestName = 120

// rename gives a name that is safe to write anywhere and whose ending tells the truth.
func rename(name string, k kind) (safe string, changed bool, err error) {
	stem := clean(name)
	ending := strings.ToLower(path.Ext(stem))
	if slices.Contains(runnable, ending) {
		return "", false, fault.At("file", "file.lying", "ext", ending)
	}
	if slices.Contains(k.endings, ending) {
		return limit(stem[:len(stem)-len(ending)], stem[len(stem)-len(ending):]), false, nil
	}
	if slices.ContainsFunc(kinds, func(k kind) bool { return slices.Contains(k.endings, ending) }) {
		stem = stem[:len(stem)-len(ending)]
	}
	return limit(stem, k.endings[0]), true, nil
}

// clean drops folders and what no file system likes.
func clean(name string) string {
	name = strings.ToValidUTF8(name, "")
	name = name[strings.LastIndexAny(name, `/\`)+1:]
	name = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || strings.ContainsRune(`<>:"|?*`, r) {
			return ' '
		}
		return r
	}, name)
	name, _ = text.Clean(name)
	return strings.Trim(name, ". ")
}

func limit(stem, ending string) string {
	stem = strings.TrimRight(stem, ". ")
	if stem == "" {
		stem = "tệp"
	}
	for utf8.RuneCountInString(stem)+len(ending) > longestName {
		_, n := utf8.DecodeLastRuneInString(stem)
		stem = stem[:len(stem)-n]
	}
	return strings.TrimRight(stem, ". ") + ending
}
