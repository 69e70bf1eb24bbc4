import { type Entry, error, quote, systemProblems } from "./entry.ts";

interface Wanted {
  readonly daemon: string;
  readonly image: string;
}

/** The parts of the image's name, as Docker reads them. */
interface Asked extends Wanted {
  readonly registry: string;
  readonly repository: string;
  /** The tag or the digest. */
  readonly version: string;
}

/** Where the credentials come from that a registry was asked with. */
type Credentials =
  | { readonly kind: "none" }
  | { readonly kind: "file"; readonly file: string }
  | { readonly kind: "variable"; readonly variable: string }
  | { readonly kind: "helper"; readonly program: string }
  | {
      readonly kind: "failed-helper";
      readonly program: string;
      readonly problem: "missing" | "late" | "failed" | "bad";
    }
  | { readonly kind: "bad-file"; readonly file: string; readonly problem: string }
  | { readonly kind: "bad-variable"; readonly variable: string };

interface Login {
  /** Missing where that is not known. */
  readonly credentials?: Credentials | undefined;
}

const helperProblems = {
  missing: "is not on the `PATH`",
  late: "does not end",
  failed: "fails",
  bad: "prints no credentials",
} as const;

const fileProblem = (problem: string): string =>
  problem === "syntax" ? "is not JSON" : `cannot be read: ${systemProblems[problem] ?? problem}`;

/** "with the credentials in `config.json`" or why there were none. */
function loginWords(credentials: Credentials): string {
  switch (credentials.kind) {
    case "none":
      return "it was asked without credentials";
    case "file":
      return `it was asked with the credentials in ${quote(credentials.file)}`;
    case "variable":
      return `it was asked with the credentials in ${quote(credentials.variable)}`;
    case "helper":
      return `it was asked with the credentials that ${quote(credentials.program)} gave`;
    case "failed-helper":
      return `it was asked without credentials, because ${quote(credentials.program)} ${helperProblems[credentials.problem]}`;
    case "bad-file":
      return `it was asked without credentials, because ${quote(credentials.file)} ${fileProblem(credentials.problem)}`;
    case "bad-variable":
      return `it was asked without credentials, because ${quote(credentials.variable)} is not JSON`;
  }
}

const hub = "docker.io";

const loginCommand = (registry: string): string =>
  quote(registry === hub ? "docker login" : `docker login ${registry}`);

/** What to do about credentials. */
function loginHelp(registry: string, credentials: Credentials): string {
  const login = loginCommand(registry);
  switch (credentials.kind) {
    case "none":
      return `log in with ${login}`;
    case "file":
      return `log in with ${login} as somebody who may pull it`;
    case "helper":
      return `see whether ${quote(credentials.program)} gives the right ones, or log in with ${login}`;
    case "failed-helper":
      return credentials.problem === "missing"
        ? `install ${quote(credentials.program)}, or take it out of Docker's \`config.json\` and log in with ${login}`
        : `see what ${quote(`echo ${registry === hub ? "https://index.docker.io/v1/" : registry} | ${credentials.program} get`)} says`;
    case "bad-file":
      return `correct ${quote(credentials.file)}, and log in with ${login}`;
    case "variable":
    case "bad-variable":
      return `correct ${quote(credentials.variable)}, or leave it out and log in with ${login}`;
  }
}

const networkProblems = {
  "unknown-host": "its name cannot be resolved",
  "name-service": "its name cannot be resolved at the moment",
  refused: "it refuses the connection",
  cut: "the connection was cut off",
  late: "it does not answer in time",
  unreachable: "there is no way to it",
  "plain-http": "it does not speak TLS",
  certificate: "its certificate is not trusted",
  other: "there is no connection",
} as const;

type NetworkProblem = keyof typeof networkProblems;

function networkHelp(registry: string, problem: NetworkProblem): string {
  switch (problem) {
    case "unknown-host":
      return "correct the registry's host in the image's name, or the name service of the engine's host";
    case "plain-http":
      return `give the registry a certificate, or list ${quote(registry)} under \`insecure-registries\` in the engine's \`daemon.json\``;
    case "certificate":
      return `put the certificate of its authority into ${quote(`/etc/docker/certs.d/${registry}/ca.crt`)} on the engine's host`;
    case "refused":
      return "see whether the registry runs, and at that port";
    default:
      return "it is the engine that has to reach it: check the network and the proxy of the engine's host";
  }
}

const unable = <A extends Wanted>(
  code: `AL${number}`,
  { why, ...entry }: Omit<Entry<A>, "code" | "severity" | "message"> & { readonly why: (args: A) => string },
): Entry<A> =>
  error<A>(code, {
    ...entry,
    message: args => `${quote(args.image)} cannot be pulled for ${quote(args.daemon)}: ${why(args)}`,
  });

const versionOf = ({ version }: Asked): string =>
  version.includes(":") ? `the digest ${quote(version)}` : `the tag ${quote(version)}`;

/** Band 63, from 6311: why an image cannot be had. */
export const images = {
  "image-not-on-engine": error<Wanted>("AL6311", {
    message: ({ daemon, image }) =>
      `${quote(daemon)} needs the image ${quote(image)}, which the engine does not have and may not pull`,
    label: () => "not on the engine",
    help: ({ image }) => `leave out \`--pull never\`, or load it first: ${quote(`docker pull ${image}`)}`,
    about:
      "With `--pull never` no registry is asked: an image has to be on the engine already. Without the flag, an image that is missing is pulled.",
  }),
  "image-name-unknown": unable<Asked & Login & { readonly hidden: boolean }>("AL6312", {
    why: ({ registry, repository, hidden }) =>
      `${quote(registry)} has no repository ${quote(repository)}${hidden ? ", or hides it from us" : ""}`,
    help: ({ registry, hidden, credentials = { kind: "none" } }) =>
      hidden
        ? `correct its name; if it is private: ${loginWords(credentials)}; ${loginHelp(registry, credentials)}`
        : "correct its name, or push the image first",
    about:
      "The registry does not know the name of the image. Docker Hub and some others say the same of a private repository to everybody who may not pull it, so that strangers cannot find out what there is.",
  }),
  "image-tag-unknown": unable<Asked & { readonly hasRepository: boolean }>("AL6313", {
    why: args => `${quote(args.registry)} has no image ${quote(args.repository)} with ${versionOf(args)}`,
    help: ({ version, hasRepository }) => {
      const part = version.includes(":") ? "digest" : "tag";
      return `correct the ${part}${hasRepository ? "" : " or the name"}, or push the image first`;
    },
    about:
      "The registry answered, and has nothing under this name with this tag or digest. Most often the tag was not pushed yet, or was pushed under another name. Where the registry tells that it has other images of that name, only the tag is wrong.",
  }),
  "image-login-refused": unable<Asked & Login>("AL6314", {
    why: ({ registry, credentials }) =>
      credentials === undefined
        ? `${quote(registry)} does not allow it`
        : `${quote(registry)} does not allow it, and ${loginWords(credentials)}`,
    help: ({ registry, credentials = { kind: "none" } }) => loginHelp(registry, credentials),
    about:
      "The registry wants credentials, or other ones. They are looked for where the Docker CLI finds them: in the variable `DOCKER_AUTH_CONFIG`, then in `config.json` in the directory that `DOCKER_CONFIG` names, otherwise in `~/.docker`, where it may name a program for each registry (`credHelpers`) or for all (`credsStore`). No credential is ever printed.",
  }),
  "image-registry-unreachable": unable<Asked & { readonly problem: NetworkProblem }>("AL6315", {
    why: ({ registry, problem }) => `the engine cannot reach ${quote(registry)}: ${networkProblems[problem]}`,
    help: ({ registry, problem }) => networkHelp(registry, problem),
    about:
      "It is the engine that talks to the registry, from the host it runs on, through the proxy that it is configured with. What may pass was tried several times.",
  }),
  "image-platform-missing": unable<Asked>("AL6316", {
    why: () => "it is not built for the engine's operating system and processor",
    help: ({ image }) =>
      `build it for them too; ${quote(`docker manifest inspect ${image}`)} shows what it is built for`,
    about:
      "The image exists, but holds nothing that the engine's host can run. An image can be built for several platforms at once, for example `linux/amd64` and `linux/arm64`.",
  }),
  "image-pull-limit": unable<Asked>("AL6317", {
    why: ({ registry }) => `${quote(registry)} allows no more pulls for now`,
    help: ({ registry }) =>
      `try again later, or log in with ${loginCommand(registry)}: registries allow more to those they know`,
    about:
      "Registries count pulls, by address or by account, and refuse further ones for some hours. An image that the engine has is not pulled again, unless `--pull always` is given.",
  }),
  "image-disk-full": unable<Asked>("AL6318", {
    why: () => "the disk of the engine's host is full",
    help: () => "make room; `docker system df` shows what takes it, and `docker image prune` removes unused images",
    about: "The engine could not store the image. What it had loaded of it so far, it removes by itself.",
  }),
  "image-reference-refused": unable<Asked>("AL6319", {
    why: () => "the engine does not take it as the name of an image",
    help: () => "an image is `registry/name:tag`, the name in lower case",
    about: "The engine reads names of images by its own rules, which are shown in its own words.",
  }),
  "image-registry-failing": unable<Asked>("AL6320", {
    why: ({ registry }) => `${quote(registry)} or the engine failed`,
    help: ({ image }) => `see whether ${quote(`docker pull ${image}`)} works; what was said is shown`,
    about:
      "The registry answered with an error of its own, or something else happened that has no name here. What may pass was tried several times.",
  }),
} as const;
