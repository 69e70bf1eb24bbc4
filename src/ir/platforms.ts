/** Where daemons run. */
export const targetPlatforms = ["local", "kubernetes"] as const;
/** Words the specification knows, and where no daemon runs. */
export const cloudPlatforms = ["aws", "gcp", "azure"] as const;
export const platforms = [...targetPlatforms, ...cloudPlatforms] as const;

export type TargetPlatform = (typeof targetPlatforms)[number];
export type Platform = (typeof platforms)[number];

export const isTarget = (platform: string): platform is TargetPlatform =>
  (targetPlatforms as readonly string[]).includes(platform);
