// Runs Dolos on files of one word per line and prints the fragments of at least three
// fingerprints, for smaller ones are everywhere, that it finds in each suspicious
// file: suspicious file, source file, first and last word on both sides, from 0.
//   node compare.mjs <package folder> <k> <window> <suspicious count> <file>...
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [folder, k, window, suspicious, ...paths] = process.argv.slice(2);
const { File, FingerprintIndex, Region, TokenizedFile } = await import(pathToFileURL(folder + "/dist/index.js"));

const files = paths.map((path) => {
  const content = readFileSync(path, "utf8");
  const words = content.split("\n").filter((w) => w !== "");
  return new TokenizedFile(new File(path, content), words, words.map((w, row) => new Region(row, 0, row, w.length)));
});
const index = new FingerprintIndex(Number(k), Number(window));
index.addFiles(files);
const out = [];
for (let i = 0; i < Number(suspicious); i++) {
  for (let j = Number(suspicious); j < files.length; j++) {
    for (const f of index.getPair(files[i], files[j]).buildFragments(3)) {
      out.push([i, j - Number(suspicious), f.leftSelection.startRow, f.leftSelection.endRow, f.rightSelection.startRow, f.rightSelection.endRow].join(" "));
    }
  }
}
process.stdout.write(out.join("\n") + "\n");
