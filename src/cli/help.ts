import { flagHelp, overview, type VerbName, verbHelp } from "../diagnostics/catalogue/help.ts";
import { commonFlags, type Flag } from "./flags.ts";
import { verbs } from "./verbs/index.ts";

/** The help of one command, or the overview. */
export async function helpText(name: string | undefined): Promise<string> {
  const verb = verbs.find(entry => entry.name === name);
  if (verb === undefined) return overviewText();
  const { flags } = await verb.load();
  const { summary, usage, examples } = verbHelp[verb.name];
  return text([
    `${overview.usageTitle}: alien-compile ${usage}`,
    "",
    summary,
    "",
    `${overview.flags}:`,
    ...columns([...flags, ...commonFlags].map(flag => [flagWord(flag), flagLine(flag)])),
    "",
    ...section(overview.examples, examples),
  ]);
}

function overviewText(): string {
  const names = Object.keys(verbHelp) as VerbName[];
  return text([
    overview.title,
    "",
    `${overview.usageTitle}: ${overview.usage}`,
    overview.bare,
    "",
    `${overview.commands}:`,
    ...columns(names.map(name => [name, verbHelp[name].summary])),
    "",
    ...section(
      overview.examples,
      names.flatMap(name => verbHelp[name].examples.slice(0, 1)),
    ),
    "",
    overview.more,
  ]);
}

const flagWord = ({ name, short, placeholder }: Flag): string =>
  `${short === undefined ? "    " : `-${short}, `}--${name}${placeholder === undefined ? "" : ` ${placeholder}`}`;

const flagLine = ({ name, choices }: Flag): string =>
  name === "format" && choices !== undefined ? `${flagHelp.format}: ${choices.join(", ")}` : flagHelp[name];

const section = (title: string, lines: readonly string[]): string[] => [`${title}:`, ...lines.map(line => `  ${line}`)];

function columns(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([left]) => left.length)) + 2;
  return rows.map(([left, right]) => `  ${left.padEnd(width)}${right}`);
}

const text = (lines: readonly string[]): string => `${lines.join("\n")}\n`;
