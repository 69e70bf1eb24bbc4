export { catalogue, type FindingName } from "./catalogue/index.ts";
export { beside, detailTitle, fixTitle, rolloutDetail } from "./catalogue/messages.ts";
export type { ImagePart } from "./catalogue/names.ts";
export { planReasons, planWords } from "./catalogue/plan.ts";
export {
  outcomeText,
  planFileProblems,
  progressText,
  repairText,
  statusHeads,
  watchText,
} from "./catalogue/progress.ts";
export { isSurfaceField } from "./catalogue/shape.ts";
export { status } from "./catalogue/status.ts";
export { type Collector, createCollector, type Poison, poisonOf } from "./collector.ts";
export * from "./diagnostic.ts";
export { DiagnosticError } from "./diagnostic-error.ts";
export { displayWidth } from "./display-width.ts";
export { printable, printableJson } from "./escape.ts";
export { finding } from "./finding.ts";
export { createLineIndex, utf8Length } from "./line-index.ts";
export { type LocatedDiagnostic, locate, type Report } from "./locate.ts";
export { noPlaces, type Places, type SourceText } from "./places.ts";
export { reporters } from "./reporters/index.ts";
export { suggest } from "./suggest.ts";
