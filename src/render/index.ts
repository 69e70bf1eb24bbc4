export { requiredSecretKeys } from "./kubernetes/env-secret.ts";
export { renderKubernetes } from "./kubernetes/index.ts";
export { daemonLabel, idAnnotation, manager, managerLabel, stackAnnotation, stackLabel } from "./kubernetes/labels.ts";
export { envSecretName, labelValue, objectName, serviceAccountName } from "./kubernetes/names.ts";
export type { KubernetesObject, RenderOptions } from "./kubernetes/object.ts";
export { formatObjects, outputFiles, yamlMark } from "./output.ts";
export { writeYaml, writeYamlStream } from "./yaml-writer.ts";
