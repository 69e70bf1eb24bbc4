import { describe, expect, it } from "vitest";
import { linkableKinds, permissionSets, platforms } from "../../src/ir/index.ts";
import { checkText, codesIn, daemonStack, findingsIn } from "../check-text.ts";

const linked = (resource: string): string => daemonStack("    links: [r]\n", { resources: `  r: ${resource}\n` });

describe("one mistake is one finding, at its place", () => {
  const cases: readonly [name: string, text: string, findings: readonly string[]][] = [
    ["nothing wrong", daemonStack(), []],
    ["an unknown field at the top", daemonStack("", { sections: "version: x\n" }), ["AL2001 alien.yaml:2:1-8"]],
    ["an unknown field of a daemon", daemonStack("    owner: x\n"), ["AL2001 alien.yaml:6:5-10"]],
    ["a misspelt field that is needed", "stack: acme\nresourecs: {}\n", ["AL2001 alien.yaml:2:1-10"]],
    ["a missing field", "stack: acme\nresources:\n  agent: { type: daemon }\n", ["AL2002 alien.yaml:3:3-8"]],
    ["no type", "stack: acme\nresources:\n  agent: { code: x }\n", ["AL2002 alien.yaml:3:3-8"]],
    ["an unknown type", "stack: acme\nresources:\n  agent: { type: demon, x: 1 }\n", ["AL2004 alien.yaml:3:18-23"]],
    ["a resource that is text", "stack: acme\nresources: { a: x }\n", ["AL2003 alien.yaml:2:17-18"]],
    ["resources as a list", "stack: acme\nresources: [a]\n", ["AL2003 alien.yaml:2:12-15"]],
    ["a number as text", daemonStack("    environment: { A: 1.10 }\n"), ["AL2005 alien.yaml:6:23-27"]],
    ["a mapping as text", daemonStack("    environment: { A: { b: c } }\n"), ["AL2001 alien.yaml:6:25-26"]],
    ["a list as text", daemonStack("    environment: { A: [b] }\n"), ["AL2003 alien.yaml:6:23-26"]],
    ["nothing as text", daemonStack("    environment:\n      A:\n"), ["AL2005 alien.yaml:7:7-8"]],
    [
      "a vault key that is a mapping",
      linked("{ type: vault, keys: [A, { b: c }] }"),
      ["AL2003 alien.yaml:3:31-39", "AL4009 alien.yaml:7:13-14"],
    ],
    ["two unknown fields", daemonStack("    a: 1\n    b: 2\n"), ["AL2001 alien.yaml:6:5-6", "AL2001 alien.yaml:7:5-6"]],
    ["a bad id", "stack: acme\nresources:\n  a.b: { type: vault }\n", ["AL2009 alien.yaml:3:3-6"]],
    ["an id of 65", `stack: acme\nresources:\n  ${"a".repeat(65)}: { type: vault }\n`, ["AL2009 alien.yaml:3:3-68"]],
    [
      "env and file",
      daemonStack("    environment: { A: { secret: s } }\n", { sections: "secrets: { s: { env: A, file: b } }\n" }),
      ["AL2011 alien.yaml:2:25-29"],
    ],
    ["a secret of nothing", daemonStack("", { sections: "secrets: { s: {} }\n" }), ["AL2013 alien.yaml:2:12-13"]],
    [
      "repeated platform",
      daemonStack("", { sections: "supportedPlatforms: [local, local]\n" }),
      ["AL2008 alien.yaml:2:29-34"],
    ],
    ["no platform", daemonStack("", { sections: "supportedPlatforms: []\n" }), ["AL2007 alien.yaml:2:21-23"]],
    [
      "an unknown platform",
      daemonStack("", { sections: "supportedPlatforms: [lokal]\n" }),
      ["AL2004 alien.yaml:2:22-27"],
    ],
  ];
  it.each(cases)("%s", (_, text, findings) => expect(findingsIn(text)).toEqual(findings));
});

describe("what a daemon is not", () => {
  it.each(
    "ports port expose ingress public publicUrl publicEndpoints healthCheck triggers trigger schedule timeout concurrency cpu memory resources replicas minReplicas maxReplicas autoscaling volumes volume persistentStorage storage command args entrypoint".split(
      " ",
    ),
  )("%s", field => {
    expect(codesIn(daemonStack(`    ${field}: x\n`))).toEqual(["AL2010"]);
  });

  it("holds for daemons only", () => {
    expect(codesIn(linked("{ type: kv, ports: [1], binding: { service: redis, connectionUrl: c } }"))).toEqual([
      "AL2001",
    ]);
  });
});

describe("every service of every kind", () => {
  const services = Object.entries(linkableKinds).flatMap(([kind, { services: all }]) =>
    Object.entries(
      all as Readonly<
        Record<string, Readonly<Record<string, { type: string; required: boolean; choices?: readonly string[] }>>>
      >,
    ).map(([service, fields]) => ({ kind, service, fields })),
  );
  const bindingOf = (service: string, fields: (typeof services)[number]["fields"], without?: string): string =>
    JSON.stringify({
      service,
      ...Object.fromEntries(
        Object.entries(fields)
          .filter(([name]) => name !== without)
          .map(([name, { type, choices }]) => [name, type === "number" ? 80 : (choices?.[0] ?? "x")]),
      ),
    });

  it.each(services)("$kind as $service takes all its fields", ({ kind, service, fields }) => {
    const text = linked(`{ type: ${kind}, binding: ${bindingOf(service, fields)} }`);
    expect(codesIn(text).filter(code => code.startsWith("AL2"))).toEqual([]);
  });

  it.each(services)("$kind as $service needs what it needs", ({ kind, service, fields }) => {
    for (const [name, { required }] of Object.entries(fields)) {
      const text = linked(`{ type: ${kind}, binding: ${bindingOf(service, fields, name)} }`);
      expect(codesIn(text).filter(code => code.startsWith("AL2"))).toEqual(required ? ["AL2002"] : []);
    }
  });

  it.each(services)("$kind as $service takes no other field", ({ kind, service, fields }) => {
    const binding = bindingOf(service, { ...fields, zzzzzzzz: { type: "text", required: true } });
    expect(codesIn(linked(`{ type: ${kind}, binding: ${binding} }`)).filter(code => code.startsWith("AL2"))).toEqual([
      "AL2001",
    ]);
  });
});

describe("names that the schema and the table share", () => {
  it.each(platforms)("platform %s", platform => {
    expect(codesIn(daemonStack("", { sections: `supportedPlatforms: [${platform}]\n` }))).not.toContain("AL2004");
  });

  it.each([...permissionSets])("permission set %s", set => {
    expect(
      codesIn(daemonStack("", { sections: `permissions: { profiles: { p: { "*": [${set}] } } }\n` })),
    ).not.toContain("AL3007");
  });
});

describe("forms of text", () => {
  const kubernetes = (line: string) => daemonStack(`platforms: { kubernetes: { ${line} } }\n`);
  it.each([
    ["a namespace", kubernetes("namespace: acme-1"), []],
    ["a namespace of 63", kubernetes(`namespace: ${"a".repeat(63)}`), []],
    ["a namespace of 64", kubernetes(`namespace: ${"a".repeat(64)}`), ["AL2006"]],
    ["a namespace in capitals", kubernetes("namespace: Acme"), ["AL2006"]],
    ["a namespace that ends in -", kubernetes("namespace: acme-"), ["AL2006"]],
    ["a pull secret", kubernetes("imagePullSecrets: [my.registry]"), []],
    ["a bad pull secret", kubernetes("imagePullSecrets: [my_registry]"), ["AL2006"]],
    ["a manager by http", daemonStack("", { sections: "commands: { managerUrl: http://x }\n" }), ["AL3023"]],
    ["a manager without scheme", daemonStack("", { sections: "commands: { managerUrl: x }\n" }), ["AL2006", "AL3023"]],
    ["a stack of 64", daemonStack().replace("acme", "a".repeat(64)), ["AL3014"].slice(1)],
    ["a stack of 65", daemonStack().replace("stack: acme", `stack: ${"a".repeat(65)}`), ["AL2006"]],
    ["a stack with a dot", daemonStack().replace("stack: acme", "stack: a.b"), ["AL2006"]],
  ])("%s", (_, text, codes) => expect(codesIn(text)).toEqual(codes));
});

describe("fixes", () => {
  it.each([
    ["a number", daemonStack("    environment: { A: 1.10 }\n"), '"1.10"'],
    ["a boolean", daemonStack("    environment: { A: yes, B: true }\n"), '"true"'],
    ["null, as written", daemonStack("    environment: { A: ~ }\n"), '"~"'],
    ["a misspelt field", daemonStack("    enviroment: {}\n"), "environment"],
    ["a misspelt type", "stack: a\nresources: { v: { type: valt } }\n", "vault"],
  ])("%s is written as it was meant", (_, text, newText) => {
    const { diagnostics } = checkText([text]);
    expect(diagnostics.flatMap(({ fixes }) => fixes.flatMap(({ edits }) => edits.map(edit => edit.newText)))).toEqual([
      newText,
    ]);
  });

  it("there is none for an empty value", () => {
    const { diagnostics } = checkText([daemonStack("    environment:\n      A:\n")]);
    expect(diagnostics.flatMap(({ fixes }) => fixes)).toEqual([]);
  });
});
