// An AsyncAPI document in, the official parser's complaints out as JSON; 0 = valid, 1 = refused.
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { DiagnosticSeverity, Parser } from "@asyncapi/parser";

const source = resolve(process.argv[2]);
const { document, diagnostics } = await new Parser().parse(await readFile(source, "utf8"), { source });
const complaints = diagnostics.map(({ severity, path, message }) => ({ severity, path: path.join("."), message }));
console.log(JSON.stringify({ asyncapi: document?.version() ?? null, complaints }));
process.exitCode = document && diagnostics.every(({ severity }) => severity !== DiagnosticSeverity.Error) ? 0 : 1;
