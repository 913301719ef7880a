// Reads findings (JSON) and writes the commands that the systems' own libraries make of them, or reads commands back.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const [what, modules, file] = process.argv.slice(2);
const text = readFileSync(file, "utf8");
if (what === "github") {
  const core = await import(pathToFileURL(`${modules}/@actions/core/lib/core.js`).href);
  for (const { level, message, properties } of JSON.parse(text)) core[level](message, properties);
} else {
  const require = createRequire(`${modules}/`);
  const { commandFromString } = require(`${modules}/azure-pipelines-task-lib/taskcommand`);
  const lines = text.split("\n").filter((line) => line.startsWith("##vso["));
  console.log(JSON.stringify(lines.map(commandFromString)));
}
