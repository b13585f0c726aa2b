// Runs Dolos on files of one word per line and prints the fragments that it finds in each
// suspicious file: suspicious file, source file, first and last word on both sides, from 0,
// and how many fingerprints the fragment is made of. Tokens are words, or, as in the text
// mode of Dolos, characters.
//   node compare.mjs <package folder> <words|chars> <k> <window> <suspicious count> <file>...
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [folder, unit, k, window, suspicious, ...paths] = process.argv.slice(2);
const { File, FingerprintIndex, Region, TokenizedFile } = await import(pathToFileURL(folder + "/dist/index.js"));

const tokenized = (path) => {
  const content = readFileSync(path, "utf8");
  const tokens = [], mapping = [];
  const add = (token, row, from, to) => {
    tokens.push(token);
    mapping.push(new Region(row, from, row, to));
  };
  content.split("\n").forEach((word, row) => {
    if (word === "") return;
    if (unit === "words") return add(word, row, 0, word.length);
    [...word, " "].forEach((c, i) => add(c, row, i, i + 1));
  });
  return new TokenizedFile(new File(path, content), tokens, mapping);
};

const files = paths.map(tokenized);
const index = new FingerprintIndex(Number(k), Number(window));
index.addFiles(files);
const out = [];
for (let i = 0; i < Number(suspicious); i++) {
  for (let j = Number(suspicious); j < files.length; j++) {
    for (const f of index.getPair(files[i], files[j]).buildFragments(1)) {
      out.push([i, j - Number(suspicious), f.leftSelection.startRow, f.leftSelection.endRow, f.rightSelection.startRow, f.rightSelection.endRow, f.pairs.length].join(" "));
    }
  }
}
process.stdout.write(out.join("\n") + "\n");
