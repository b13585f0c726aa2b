# What is too long for every change. CONTRIBUTING.md says what runs by itself.
.PHONY: torture
torture: ## faults for hours of a morning: 2,000 kills, 60 power cuts, every file call, 1,000 seeds (about half an hour; as root for the power cuts)
	QUANTRIET_TORTURE=long go test ./test/torture -count=1 -timeout 90m -v
