package device

import "strings"

// browser shortens a User-Agent to what its owner recognises: "Chrome, Android"; "" for one
// that nobody knows.
func browser(agent string) string {
	name := firstOf(agent, [][2]string{{"coc_coc", "Cốc Cốc"}, {"Zalo", "Zalo"}, {"Edg", "Edge"}, {"OPR/", "Opera"}, {"SamsungBrowser", "Samsung Internet"},
		{"Firefox", "Firefox"}, {"FxiOS", "Firefox"}, {"CriOS", "Chrome"}, {"Chrome", "Chrome"}, {"Safari", "Safari"}})
	system := firstOf(agent, [][2]string{{"Android", "Android"}, {"iPhone", "iPhone"}, {"iPad", "iPad"}, {"Windows", "Windows"}, {"Mac OS X", "macOS"}, {"Linux", "Linux"}})
	if name == "" || system == "" {
		return name + system
	}
	return name + ", " + system
}

func firstOf(s string, list [][2]string) string {
	for _, p := range list {
		if strings.Contains(s, p[0]) {
			return p[1]
		}
	}
	return ""
}
