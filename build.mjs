// Builds the front end: three files with a hash of their content in their names, the font, and a list of them.
import { build } from "esbuild";
import { cpSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { basename } from "node:path";

const OUT = "static/dist";
const FONTS = "node_modules/@fontsource-variable/inter/files";

rmSync(OUT, { recursive: true, force: true });
mkdirSync(OUT, { recursive: true });

const result = await build({
  entryPoints: ["static/js/app.js", "static/js/editor.js", "static/css/main.css"],
  outdir: OUT,
  entryNames: "[name]-[hash]",
  bundle: true,
  minify: true,
  format: "iife",
  target: "es2022",
  legalComments: "none",
  external: ["*.woff2"], // Copied as they are; the address in the style sheet stays.
  metafile: true,
});

for (const subset of ["latin", "latin-ext"]) {
  cpSync(`${FONTS}/inter-${subset}-wght-normal.woff2`, `${OUT}/inter-${subset}-wght-normal.woff2`);
}

const built = Object.entries(result.metafile.outputs).map(([file, { entryPoint }]) => [basename(entryPoint), basename(file)]);
writeFileSync(`${OUT}/manifest.json`, JSON.stringify(Object.fromEntries(built), null, 2));
