import { expect, onTestFinished, test } from "vitest";
import { logLines, type TimedLine } from "../../../src/targets/kubernetes/logs/pod-log.ts";
import { openCluster } from "../clusters.ts";
import { startServer } from "../http-server.ts";

const stamp = "2026-01-01T00:00:00.000000001Z";

test("what the kubelet says of a container that is gone is no line of its log", async () => {
  const said = [
    `${stamp} rpc error: code = Unknown desc = Error: No such container: said by the daemon`,
    "rpc error: code = Unknown desc = Error: No such container: d4358fba",
    "unable to retrieve container logs for docker://b148ff8e",
    "failed to create fsnotify watcher: too many open files",
  ];
  const server = await startServer((_, response) => response.end(said.map(line => `${line}\n`).join("")));
  const cluster = openCluster(server.kubeconfig);
  onTestFinished(async () => {
    cluster.close();
    await server.close();
  });
  const lines: TimedLine[] = [];
  for await (const line of logLines(cluster, { pod: "one" })) lines.push(line);
  expect(lines).toEqual([
    { at: stamp, text: said[0]?.slice(stamp.length + 1) },
    { at: "", text: said[3] },
  ]);
});
