import { catalogue } from "../catalogue/index.ts";
import { shortDetails } from "../detail-lines.ts";
import { docsUrl, repositoryUrl } from "../docs-url.ts";
import { printableJson } from "../escape.ts";
import type { LocatedDiagnostic, Range, Report } from "../locate.ts";
import { artifactUri } from "./artifact-uri.ts";
import { sentences } from "./sentences.ts";

const schema = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/** For code scanning: SARIF 2.1.0. */
export function reportSarif({ diagnostics }: Report, { version }: { readonly version: string }): string {
  const rules = new Map<string, { readonly index: number; readonly diagnostic: LocatedDiagnostic }>();
  for (const diagnostic of diagnostics) {
    if (!rules.has(diagnostic.code)) rules.set(diagnostic.code, { index: rules.size, diagnostic });
  }
  const driver = {
    name: "alien-compile",
    version,
    informationUri: repositoryUrl,
    rules: Array.from(rules.values(), ({ diagnostic }) => rule(diagnostic)),
  };
  const results = diagnostics.map(diagnostic => result(diagnostic, rules.get(diagnostic.code)?.index ?? -1));
  return printableJson({
    $schema: schema,
    version: "2.1.0",
    runs: [{ tool: { driver }, columnKind: "unicodeCodePoints", results }],
  });
}

function rule({ code, name, severity }: LocatedDiagnostic) {
  const about = new Map(Object.entries(catalogue)).get(name)?.about;
  return {
    id: code,
    name,
    ...(about === undefined
      ? {}
      : { shortDescription: { text: firstSentence(about) }, fullDescription: { text: about } }),
    helpUri: docsUrl(code),
    defaultConfiguration: { level: severity },
  };
}

const firstSentence = (text: string): string => /^.*?[.?!](?=\s|$)/s.exec(text)?.[0] ?? text;

function result(diagnostic: LocatedDiagnostic, ruleIndex: number) {
  const { code, severity, range, file, related, fixes } = diagnostic;
  const place = range === undefined ? file && { artifactLocation: artifact(file) } : physical(range);
  return {
    ruleId: code,
    ruleIndex,
    level: severity,
    message: plainText([...sentences(diagnostic), ...shortDetails(diagnostic.details)].join("\n")),
    locations: place ? [{ physicalLocation: place }] : [],
    ...(related.length === 0 ? {} : { relatedLocations: related.map(relatedLocation) }),
    ...(fixes.length === 0 ? {} : { fixes: fixes.filter(({ edits }) => edits.length > 0).map(fixOf) }),
  };
}

const relatedLocation = ({ message, range }: LocatedDiagnostic["related"][number]) => ({
  physicalLocation: physical(range),
  message: plainText(message),
});

function fixOf({ title, edits }: LocatedDiagnostic["fixes"][number]) {
  const files = Map.groupBy(edits, ({ range }) => range.file);
  return {
    description: plainText(title),
    artifactChanges: Array.from(files, ([file, changes]) => ({
      artifactLocation: artifact(file),
      replacements: changes.map(({ range, newText }) => ({
        deletedRegion: region(range),
        insertedContent: { text: newText },
      })),
    })),
  };
}

const artifact = (file: string) => ({ uri: artifactUri(file) });
const physical = (range: Range) => ({ artifactLocation: artifact(range.file), region: region(range) });
const region = ({ start, end }: Range) => ({
  startLine: start.line,
  startColumn: start.column,
  endLine: end.line,
  endColumn: end.column,
});

/** In a SARIF message `[text](target)` is a link, unless its brackets are escaped. */
const plainText = (text: string) => ({ text: text.includes("](") ? text.replace(/[[\]\\]/g, "\\$&") : text });
