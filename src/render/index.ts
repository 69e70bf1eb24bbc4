export { type RequiredSecret, requiredSecretKeys } from "./kubernetes/env-secret.ts";
export { renderKubernetes } from "./kubernetes/index.ts";
export { daemonSelector, stackSelector } from "./kubernetes/labels.ts";
export { envSecretName, labelValue, objectName, serviceAccountName } from "./kubernetes/names.ts";
export type { KubernetesObject, ObjectMeta, RenderedObject, RenderOptions } from "./kubernetes/object.ts";
export { formatObjects, type OutputFile, outputFiles, yamlMark } from "./output.ts";
export { writeYaml, writeYamlStream } from "./yaml-writer.ts";
