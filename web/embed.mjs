// Build step: puts every file that the page loads into one folder, each as it is, as gzip and as Brotli.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const target = process.argv[2];
const libraries = ["node_modules/htmx.org/dist/htmx.min.js", "node_modules/htmx-ext-sse/dist/sse.min.js"];
// The README's picture lies there too.
const own = readdirSync("static").filter(name => /\.(css|js|svg)$/.test(name)).map(name => join("static", name));

mkdirSync(target, { recursive: true });
for (const leftover of readdirSync(target)) rmSync(join(target, leftover));
for (const path of [...libraries, ...own]) {
  const bytes = readFileSync(path);
  const place = join(target, basename(path));
  writeFileSync(place, bytes);
  writeFileSync(place + ".gz", gzipSync(bytes, { level: 9 }));
  writeFileSync(place + ".br", brotliCompressSync(bytes, {
    params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length },
  }));
}
