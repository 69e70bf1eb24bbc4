/** The name of a file as a URI reference: relative stays relative, percent-encoded, with forward slashes. */
export function artifactUri(file: string): string {
  const path = file.replaceAll("\\", "/").replace(/\p{Cs}/gu, "\ufffd");
  if (/^[A-Za-z]:\//.test(path)) return `file:///${path.slice(0, 2)}${encodePath(path.slice(2))}`;
  return path.startsWith("/") ? `file://${encodePath(path)}` : encodePath(path.replace(/^(?:\.\/+)+/, ""));
}

const encodePath = (path: string): string => path.split("/").map(encodeURIComponent).join("/");
