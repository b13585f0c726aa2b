package main

import (
	"os"

	"quantriet/internal/kit/textreuse/eval"
)

type benchTextreuse struct {
	Size    int    `help:"Essays in the haystack: 10000 is quick, 100000 the size of the evaluation, 500000 and 1000000 show speed and size." default:"10000"`
	Seed    uint64 `help:"The same seed writes the same essays." default:"12"`
	Speed   bool   `help:"Speed and size only, nothing of what is found."`
	Clean   int    `help:"Independent essays that are looked at for false alarms; chosen by size unless given."`
	Compare bool   `help:"Beside similarity-tester and Dolos on the same files; tells which of them is missing. Alone it prints nothing else, with --speed both."`
	Dolos   string `help:"Folder in which npm installed @dodona/dolos-core." type:"path"`
}

// Run prints tables.
func (c benchTextreuse) Run() error {
	if !c.Compare || c.Speed {
		eval.Run(os.Stdout, eval.Options{Size: c.Size, Seed: c.Seed, SpeedOnly: c.Speed, Clean: c.Clean})
	}
	if c.Compare {
		return eval.Compare(os.Stdout, c.Seed, c.Dolos)
	}
	return nil
}
