import { didYouMean, error, quote, systemProblems } from "./entry.ts";

/** What the reader can meet, by its own name for it. */
const problems: Readonly<Record<string, string>> = {
  ALIAS_PROPS: "an alias cannot have an anchor or a tag of its own",
  BAD_ALIAS: "the name of this alias cannot be used",
  BAD_COLLECTION_TYPE: "this tag does not fit a collection",
  BAD_DIRECTIVE: "this directive is not known",
  BAD_DQ_ESCAPE: "this is no escape sequence; a backslash in double quotes is written `\\\\`",
  BAD_INDENT: "this line is not indented like its neighbours, or a bracket before it is not closed",
  BAD_PROP_ORDER: "anchors and tags stand after the `?`, `:` or `-`",
  BAD_SCALAR_START: "a value cannot start with this character; put it in quotes",
  BLOCK_AS_IMPLICIT_KEY: "a mapping cannot start on the line of another key; put a value with `: ` in quotes",
  BLOCK_IN_FLOW: "inside `{ }` and `[ ]`, indented lists and mappings are not possible",
  DUPLICATE_KEY: "a key stands twice",
  IMPOSSIBLE: "it cannot be read from here on",
  KEY_OVER_1024_CHARS: "a key has more than 1,024 characters",
  MISSING_CHAR: "a character is missing here, often a `:`, a closing quote or a space",
  MULTILINE_IMPLICIT_KEY: "a key has to stand on one line; is a `:` missing, or the space behind it?",
  MULTIPLE_ANCHORS: "a value can have one anchor only",
  MULTIPLE_DOCS: "a second document starts here",
  MULTIPLE_TAGS: "a value can have one tag only",
  OPEN_QUOTE: "this quote is not closed",
  NON_STRING_KEY: "a key has to be a string",
  RESOURCE_EXHAUSTION: "it needs more resources than the reader has",
  TAG_RESOLVE_FAILED: "this tag cannot be resolved",
  UNEXPECTED_TOKEN: "this does not belong here; is a bracket, comma or quote missing or left over?",
};

/** Band 1: what is wrong with the text before it means anything. */
export const reading = {
  "yaml-syntax": error<{ problem: string }>("AL1001", {
    message: ({ problem }) => `this is not valid YAML: ${problems[problem] ?? "it cannot be read from here on"}`,
    about:
      "The text cannot be read as YAML 1.2. Until it can, nothing else is checked, because a guess about the intended structure would only produce misleading findings.",
  }),
  "not-utf8": error<{ encoding: string }>("AL1002", {
    message: ({ encoding }) => `the file is ${encoding}, and YAML is read as UTF-8 here`,
    help: () => "save it as UTF-8, with or without a byte order mark",
    about: "Files are read as UTF-8. UTF-16, UTF-32 and other encodings are refused instead of being guessed at.",
  }),
  "binary-file": error<object>("AL1003", {
    message: () => "the file holds NUL bytes, so it is not text",
    help: () => "check the name of the file",
    about: "A file with NUL bytes is not YAML. Most often the wrong file was named.",
  }),
  "too-large": error<{ size: string; limit: string }>("AL1004", {
    message: ({ size, limit }) => `the input is ${size}, more than the limit of ${limit}`,
    help: () => "split it into several stacks",
    about: "Input over 10 MiB is refused before it is parsed. A stack of 10,000 daemons is well below that.",
  }),
  "too-deep": error<{ limit: number }>("AL1005", {
    message: ({ limit }) => `collections are nested more than ${limit} levels deep here`,
    about: "Nothing that alien-compile understands is nested more than a few levels deep; the limit is 100.",
  }),
  "several-documents": error<object>("AL1006", {
    message: () => "a second YAML document starts here, and a stack is one document",
    label: () => "remove this and what follows, or move it to a file of its own",
    about:
      "One file holds one document. To combine several files into one stack, name them all on the command line: later ones are layers over earlier ones.",
  }),
  "empty-document": error<object>("AL1007", {
    message: () => "the document is empty",
    help: () => "`alien-compile init` writes a first one",
    about: "A stack needs at least `stack` and `resources`. A file with only comments counts as empty.",
  }),
  "not-a-mapping": error<{ found: string }>("AL1008", {
    message: ({ found }) => `a stack is a mapping of fields, and this document is ${found}`,
    help: () => "start with `stack: <name>` at the left margin",
    about: "At the top of the document stand `stack`, `resources` and the other fields of a stack.",
  }),
  "duplicate-key": error<{ key: string }>("AL1009", {
    message: ({ key }) => `the key ${quote(key)} stands twice in the same mapping`,
    label: () => "given again here",
    help: () => "keep one of the two",
    about:
      "YAML forbids equal keys in one mapping. Many readers keep the last one without a word; here it is an error.",
  }),
  "key-not-text": error<{ source: string; quoted: string | undefined }>("AL1010", {
    message: ({ source }) => `the key ${quote(source)} is not a string`,
    label: ({ quoted }) => (quoted === undefined ? undefined : `write ${quoted}`),
    about:
      "YAML reads unquoted `1e3`, `007`, `true` and `~` as numbers, booleans and null. As a name such a word would change its spelling, so it has to be quoted.",
  }),
  "custom-tag": error<{ tag: string }>("AL1011", {
    message: ({ tag }) => `the tag ${quote(tag)} is not supported`,
    help: () => "remove it: values are plain YAML",
    about:
      "Tags such as `!secret` or `!!binary` change what a value means in ways that other YAML readers do not share.",
  }),
  "alias-bomb": error<{ limit: number }>("AL1012", {
    message: ({ limit }) => `aliases make this document grow to more than ${limit.toLocaleString("en")} values`,
    help: () => "write the values out where they are needed",
    about:
      "Each alias (`*name`) stands for a copy of its anchor. Nested aliases can make a few lines grow without bounds, so their sum is limited.",
  }),
  "recursive-alias": error<{ name: string }>("AL1013", {
    message: ({ name }) => `the alias ${quote(`*${name}`)} stands inside its own anchor`,
    about: "An anchor that contains an alias to itself describes an endless value.",
  }),
  "unknown-alias": error<{ name: string; suggestion: string | undefined }>("AL1014", {
    message: ({ name }) => `the alias ${quote(`*${name}`)} has no anchor before it`,
    label: didYouMean,
    help: ({ name }) => `set the anchor first: ${quote(`&${name}`)}`,
    about: "An alias repeats the value of an anchor that stands earlier in the same file.",
  }),
  "bad-merge": error<object>("AL1015", {
    message: () => "`<<` merges mappings, and this is none",
    help: () => "give an alias of a mapping, or a list of them",
    about: "The merge key `<<` takes a mapping, an alias to one, or a list of those.",
  }),
  "forbidden-key": error<{ key: string }>("AL1016", {
    message: ({ key }) => `${quote(key)} cannot be used as a key`,
    about:
      "Keys such as `__proto__` have a meaning of their own in programs that read the result, so they are refused.",
  }),
  "forbidden-character": error<{ character: string }>("AL1017", {
    message: ({ character }) => `the text holds ${character}, which no environment variable or manifest can carry`,
    about: "NUL characters and lone surrogates cannot be passed to a process or written as UTF-8.",
  }),
  "value-too-long": error<{ size: string; limit: string }>("AL1018", {
    message: ({ size, limit }) => `this value is ${size} long, more than the limit of ${limit}`,
    help: () => "put the content into the image or a storage, and pass its name",
    about: "Linux refuses to start a process with an environment string over 128 KiB.",
  }),
  "empty-in-layer": error<{ key: string }>("AL1019", {
    message: ({ key }) => `${quote(key)} has no value in this layer`,
    help: () => "write `null` to remove what an earlier layer says, or give a value",
    about:
      "In a layer, an explicit `null` removes a field. A key with nothing behind it is usually a line that was forgotten, so it is not taken as a removal.",
  }),
  "file-not-found": error<{ file: string; suggestion: string | undefined }>("AL1020", {
    message: ({ file }) => `there is no file ${quote(file)}`,
    help: args => didYouMean(args) ?? "`alien-compile init` writes a first `alien.yaml`",
    about: "The named file does not exist. Paths are relative to the directory the command runs in.",
  }),
  "no-alien-yaml": error<{ directory: string }>("AL1021", {
    message: ({ directory }) => `the directory ${quote(directory)} has no \`alien.yaml\``,
    help: () => "`alien-compile init` writes a first one",
    about: "A directory stands for the `alien.yaml` in it.",
  }),
  "not-readable": error<{ file: string; problem: string }>("AL1022", {
    message: ({ file, problem }) => `${quote(file)} cannot be read: ${systemProblems[problem] ?? problem}`,
    about: "The operating system refuses to hand out the file.",
  }),
  "tab-indentation": error<object>("AL1023", {
    message: () => "this line is indented with a tab, and YAML allows only spaces",
    label: () => "use spaces",
    about: "YAML forbids tabs as indentation, because their width differs between editors.",
  }),
  "yaml-version": error<{ version: string }>("AL1024", {
    message: ({ version }) => `this file asks for YAML ${version}, and only YAML 1.2 is read`,
    help: () => "remove the `%YAML` line",
    about: "Under YAML 1.1 words such as `yes` and `on` are booleans. One file must not mean two things.",
  }),
  "missing-comma": error<object>("AL1025", {
    message: () => "a comma or the closing bracket is missing here",
    about: "Inside `{ }` and `[ ]`, entries are separated by commas and the bracket has to be closed.",
  }),
  "not-a-file": error<{ file: string }>("AL1026", {
    message: ({ file }) => `${quote(file)} is not a regular file`,
    help: () => "name a file, a directory with `alien.yaml`, or `-` for standard input",
    about: "Only regular files, directories with an `alien.yaml`, and standard input (`-`) are read.",
  }),
} as const;
