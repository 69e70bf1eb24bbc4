/** The model of `alien.yaml`: what both spellings of the schema are emitted from. */
export interface Described {
  readonly description: string;
  /** Instead of examples, where an editor would fill those in badly. */
  readonly snippets?: readonly Snippet[];
  readonly examples?: readonly unknown[];
  readonly default?: unknown;
}

/** What an editor offers to fill in, in the server's snippet syntax. */
export interface Snippet {
  readonly label: string;
  readonly description: string;
  readonly body: unknown;
}

export interface TextNode extends Described {
  readonly node: "text";
  readonly pattern?: string;
  readonly choices?: readonly string[];
  readonly choiceDescriptions?: readonly string[];
}
export interface NumberNode extends Described {
  readonly node: "integer";
  readonly minimum: number;
  readonly maximum: number;
}
export interface BooleanNode extends Described {
  readonly node: "boolean";
}
export interface ListNode extends Described {
  readonly node: "list";
  readonly items: Node;
  readonly unique?: boolean;
  readonly minItems?: number;
}
export interface MapNode extends Described {
  readonly node: "map";
  readonly keys?: string;
  /** Keys an editor offers. */
  readonly offered?: readonly string[];
  readonly values: Node;
}
/** A mapping with known fields. `name` is unique: it names the definition. */
export interface ObjectNode extends Described {
  readonly node: "object";
  readonly name: string;
  /** How a finding calls it: "a daemon". */
  readonly owner: string;
  readonly fields: Readonly<Record<string, Node>>;
  readonly required: readonly string[];
  /** Fields that exclude each other. */
  readonly exclusive?: readonly [string, string];
  readonly filled?: boolean;
}
/** Objects told apart by the value of one field. */
export interface UnionNode extends Described {
  readonly node: "union";
  readonly name: string;
  readonly owner: string;
  readonly tag: string;
  readonly tagDescription: string;
  readonly variants: Readonly<Record<string, ObjectNode>>;
  /** Whose description an editor shows at such an object: the field's own, unless said. */
  readonly speaks?: "variant";
  /** In a layer without the tag: fields in which the variants differ. */
  readonly untold?: Readonly<Record<string, Node>>;
}
/** Text, or a reference to a declared secret. */
export interface SecretableNode extends Described {
  readonly node: "secretable";
  readonly base: TextNode | NumberNode;
  readonly reference: ObjectNode;
}
/** Content that Kubernetes itself checks. */
export interface FreeNode extends Described {
  readonly node: "free";
}

export type Node =
  | TextNode
  | NumberNode
  | BooleanNode
  | ListNode
  | MapNode
  | ObjectNode
  | UnionNode
  | SecretableNode
  | FreeNode;
