// AsyncAPI documents in, the official parser's complaints of each out, a line of JSON a document.
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { DiagnosticSeverity, Parser } from "@asyncapi/parser";

for (const name of process.argv.slice(2)) {
  const source = resolve(name);
  const { document, diagnostics } = await new Parser().parse(await readFile(source, "utf8"), { source });
  const complaints = diagnostics.map(({ severity, path, message }) => ({ severity, path: path.join("."), message }));
  const valid = document !== undefined && diagnostics.every(({ severity }) => severity !== DiagnosticSeverity.Error);
  console.log(JSON.stringify({ asyncapi: document?.version() ?? null, complaints, valid }));
}
