// Builds the front end: files with a hash of their content in their names, each also packed for the way, the font, and a list of them.
import { build } from "esbuild";
import subsetFont from "subset-font";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";

const OUT = "static/dist";
const FONT = "node_modules/inter-ui/variable/InterVariable.woff2";

// What the Latin alphabets of Europe are written with, and the signs of the pages. A letter beyond them (Greek, Cyrillic)
// comes from the system's font; the whole of Inter would weigh five times the page.
const BASIC = Array.from({ length: 0x7f - 0x20 }, (_, place) => String.fromCodePoint(0x20 + place)).join("");
const WESTERN = "ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖØÙÚÛÜÝÞßàáâãäåæçèéêëìíîïðñòóôõöøùúûüýþÿŒœŸŴŵŶŷ";
const EASTERN = "ĀāĂăĄąĆćĊċČčĎďĐđĒēĖėĘęĚěĞğĠġĢģĦħĪīĮįİıĶķĹĺĻļĽľŁłŃńŅņŇňŌōŐőŔŕŖŗŘřŚśŞşŠšŢţŤťŪūŮůŰűŲųŹźŻżŽžȘșȚț";
const SIGNS = "\u00a0£§©®°±²³·¿¡«»½×÷€–—‘’“”„…•→←↑↓−≤≥≠";

rmSync(OUT, { recursive: true, force: true });
mkdirSync(OUT, { recursive: true });

const font = await subsetFont(readFileSync(FONT), BASIC + WESTERN + EASTERN + SIGNS, {
  targetFormat: "woff2",
  variationAxes: { opsz: 14, wght: { min: 400, max: 700 } },
  keepFeatures: ["tnum"], // Pair kerning alone would be a fifth of the file.
  noHinting: true,
});
writeFileSync(`${OUT}/inter.woff2`, font); // The style sheet names it; the bundler copies it under a name of its own.

const result = await build({
  entryPoints: ["static/js/app.js", "static/js/editor.js", "static/js/forms.js", "static/js/inbox.js", "static/js/palette.js", "static/js/paste.js", "static/css/main.css", "static/css/ask.css", "static/css/charts.css", "static/css/chat.css", "static/css/gate.css", "static/css/home.css", "static/css/job-aid.css"],
  outdir: OUT,
  entryNames: "[name]-[hash]",
  bundle: true,
  minify: true,
  format: "iife",
  target: "es2022",
  legalComments: "none",
  loader: { ".woff2": "file" },
  assetNames: "[name]-[hash]",
  metafile: true,
});

rmSync(`${OUT}/inter.woff2`);
for (const file of Object.keys(result.metafile.outputs).filter((each) => !each.endsWith(".woff2"))) {
  const content = readFileSync(file);
  writeFileSync(`${file}.br`, brotliCompressSync(content));
  writeFileSync(`${file}.gz`, gzipSync(content, { level: 9 }));
}

const built = Object.entries(result.metafile.outputs).map(([file, { entryPoint, inputs }]) => [basename(entryPoint ?? Object.keys(inputs)[0]), basename(file)]);
writeFileSync(`${OUT}/manifest.json`, JSON.stringify(Object.fromEntries(built), null, 2));
