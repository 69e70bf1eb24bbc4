/** Whether a body is what was asked for. A login page in JSON is not. */
export type Accepts = (body: unknown) => boolean;

type JsonMap = { readonly [field: string]: unknown };

const isMap = (value: unknown): value is JsonMap =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isText = (value: unknown): value is string => typeof value === "string";

/** An object as the server stores it, or as a dry-run would have it. */
export const isObject: Accepts = body =>
  isMap(body) && isText(body.kind) && isMap(body.metadata) && isText(body.metadata.name) && isText(body.metadata.uid);

/** An empty list of an old server says `null`. */
export const isList: Accepts = body =>
  isMap(body) &&
  isMap(body.metadata) &&
  isText(body.metadata.resourceVersion) &&
  (body.items === null || (Array.isArray(body.items) && body.items.every(isItem)));

/** The items of a list do not say their kind. */
const isItem = (item: unknown): boolean =>
  isMap(item) && isMap(item.metadata) && isText(item.metadata.name) && isText(item.metadata.uid);

const isSuccess: Accepts = body => isMap(body) && body.kind === "Status" && body.status === "Success";

/** What was deleted, or that it was. */
export const isRemoval: Accepts = body => isSuccess(body) || isObject(body);

/** What the server thinks of a right. */
const isReview: Accepts = body =>
  isMap(body) && /Review$/.test(String(body.kind)) && isMap(body.status) && typeof body.status.allowed === "boolean";

export const isVersion: Accepts = body => isMap(body) && isText(body.major) && isText(body.minor);

export const isAnswer: Accepts = body => isObject(body) || isReview(body);
