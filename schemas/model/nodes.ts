/** The model of `alien.yaml`: what both spellings of the schema are emitted from. */
export interface Described {
  readonly description: string;
  readonly examples?: readonly unknown[];
  readonly default?: unknown;
}

export interface TextNode extends Described {
  readonly node: "text";
  readonly pattern?: string;
  readonly choices?: readonly string[];
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
