// Makes what the pages load: the style sheet from look.scss, and copies of the libraries' scripts with their licences.
// `vendor/digests.txt` lists every file with its SHA-256; a test holds it, so that nothing changes unseen.

import { createHash } from "node:crypto";
import { copyFileSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { compile } from "sass";

const look = dirname(fileURLToPath(import.meta.url));
const statics = join(look, "..", "static");
const vendor = join(statics, "vendor");
const modules = join(look, "node_modules");
const version = (name) => JSON.parse(readFileSync(join(modules, name, "package.json"), "utf8")).version;

// What each library gives; a licence that its package lacks is kept beside this file.
const libraries = {
  "govuk-frontend": { "dist/govuk/govuk-frontend.min.js": "govuk-frontend.min.js", licence: "licences/govuk-frontend.txt" },
  "@ministryofjustice/frontend": { licence: "licences/moj-frontend.txt" },
  "htmx.org": { "dist/htmx.min.js": "htmx.min.js", licence: join(modules, "htmx.org", "LICENSE") },
  "echarts": { "dist/echarts.common.min.js": "echarts.common.min.js", "NOTICE": "NOTICE", licence: join(modules, "echarts", "LICENSE") },
  "accessible-autocomplete": {
    "dist/accessible-autocomplete.min.js": "accessible-autocomplete.min.js",
    licence: join(modules, "accessible-autocomplete", "LICENSE.txt"),
  },
};

function copyLibraries() {
  rmSync(vendor, { recursive: true, force: true });
  for (const [name, { licence, ...files }] of Object.entries(libraries)) {
    const folder = join(vendor, `${name.replace("@ministryofjustice/", "moj-").replace(".org", "")}-${version(name)}`);
    mkdirSync(folder, { recursive: true });
    copyFileSync(licence.startsWith("licences") ? join(look, licence) : licence, join(folder, "LICENSE.txt"));
    for (const [from, to] of Object.entries(files)) {
      const text = readFileSync(join(modules, name, from), "utf8");
      writeFileSync(join(folder, to), text.replace(/\n?\/\/# sourceMappingURL=\S+\s*$/, "\n"));
    }
  }
}

function filesBelow(folder) {
  return readdirSync(folder).sort().flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? filesBelow(path) : [path];
  });
}

const css = compile(join(look, "look.scss"), { style: "compressed", loadPaths: [look] }).css;
writeFileSync(join(statics, "shouwang.css"), css + "\n");
copyLibraries();
const digests = filesBelow(vendor).map(
  (path) => `${createHash("sha256").update(readFileSync(path)).digest("hex")}  ${relative(vendor, path)}\n`,
);
writeFileSync(join(vendor, "digests.txt"), digests.join(""));
