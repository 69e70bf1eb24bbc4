/** A verb on a resource, in the words of a Role: `create`, `deployments.apps`. */
export interface Asked {
  readonly verb: string;
  readonly resource: string;
}

interface Request {
  readonly method: string;
  readonly url: string;
}

/** The rights that a request of the API server takes, in a namespace. */
export function askedRights({ method, url }: Request): readonly Asked[] {
  const { pathname, searchParams } = new URL(url, "http://server");
  const path = /^\/(?:api\/v1|apis\/([^/]+)\/[^/]+)\/namespaces\/[^/]+\/([^/]+)(?:\/([^/]+)(?:\/([^/]+))?)?$/.exec(
    pathname,
  );
  if (path === null) return [];
  const [, group, plural, name, part] = path;
  const resource = `${plural}${part === undefined ? "" : `/${part}`}${group === undefined ? "" : `.${group}`}`;
  const isApply =
    method === "PATCH" && searchParams.has("fieldManager") && !searchParams.get("fieldManager")?.includes("restart");
  return verbsOf(method, name === undefined, searchParams.get("watch") === "true", isApply).map(verb => ({
    verb,
    resource,
  }));
}

/** A server-side apply may create, and is asked for both then. */
function verbsOf(method: string, isCollection: boolean, isWatch: boolean, isApply: boolean): readonly string[] {
  if (method === "GET") return [isWatch ? "watch" : isCollection ? "list" : "get"];
  if (method === "PATCH") return isApply ? ["patch", "create"] : ["patch"];
  return [{ POST: "create", PUT: "update", DELETE: "delete" }[method] ?? method];
}
