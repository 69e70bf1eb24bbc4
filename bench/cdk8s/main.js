// The Deployment that the one-daemon case renders, written with cdk8s.
import { readFileSync } from "node:fs";
import { ApiObject, App, Chart } from "cdk8s";

const { apiVersion, kind, metadata, spec } = JSON.parse(readFileSync(process.env.BENCH_OBJECT, "utf8"));
const app = new App();
new ApiObject(new Chart(app, "bench"), "deployment", { apiVersion, kind, metadata, spec });
app.synth();
