import { describe, expect, test } from "vitest";
import { isAnswer, isList, isObject, isRemoval, isVersion } from "../../src/targets/kubernetes/api/answer.ts";

const object = { kind: "Secret", metadata: { name: "a", uid: "u" } };
const list = { metadata: { resourceVersion: "1" }, items: [{ metadata: { name: "a", uid: "u" } }] };
const review = { kind: "SelfSubjectAccessReview", metadata: {}, status: { allowed: false } };
const success = { kind: "Status", status: "Success" };
const version = { major: "1", minor: "20+" };
/** What a proxy says to who has to sign in. */
const pages = [undefined, null, "", "<html>", 1, [], {}, { error: "login_required" }, { status: { allowed: "no" } }];

const bodies = { object, list, review, success, version };
type Name = keyof typeof bodies;

describe("an answer of the API", () => {
  test.each<[string, (body: unknown) => boolean, readonly Name[]]>([
    ["isObject", isObject, ["object"]],
    ["isList", isList, ["list"]],
    ["isRemoval", isRemoval, ["object", "success"]],
    ["isVersion", isVersion, ["version"]],
    ["isAnswer", isAnswer, ["object", "review"]],
  ])("%s takes what was asked for, and no page", (_, accepts, taken) => {
    const names = Object.keys(bodies) as Name[];
    expect(names.filter(name => accepts(bodies[name]))).toEqual(taken);
    expect(pages.filter(accepts)).toEqual([]);
  });

  test.each([
    ["without items, of an old server", { ...list, items: null }, true],
    ["that is empty", { ...list, items: [] }, true],
    ["without items at all", { metadata: list.metadata }, false],
    ["without a version", { ...list, metadata: {} }, false],
    ["with an item that is none", { ...list, items: [...list.items, { metadata: { name: "b" } }] }, false],
  ])("a list %s: %s", (_, body, expected) => {
    expect(isList(body)).toBe(expected);
  });

  test.each([
    ["a failure", { kind: "Status", status: "Failure" }, false],
    ["an object without a uid", { kind: "Secret", metadata: { name: "a" } }, false],
  ])("a removal is not %s", (_, body, expected) => {
    expect(isRemoval(body)).toBe(expected);
  });
});
