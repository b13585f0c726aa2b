package device

import "testing"

func TestBrowsers(t *testing.T) {
	for agent, want := range map[string]string{
		"Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/126.0 Mobile Safari/537.36": "Chrome, Android",
		"Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Version/17.5 Safari/604.1":     "Safari, iPhone",
		"Mozilla/5.0 (Windows NT 10.0) coc_coc_browser/120 Chrome/120":                         "Cốc Cốc, Windows",
		"curl/8": "",
	} {
		if got := browser(agent); got != want {
			t.Errorf("%s: %q", agent, got)
		}
	}
}
