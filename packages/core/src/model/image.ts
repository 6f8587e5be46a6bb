/** What an image holds, as far as somebody has looked into it. */
export interface Image {
  /** As written in the pod spec. */
  readonly reference: string;
  /** `sha256:…` of the manifest, where known. */
  readonly digest?: string;
  readonly platform?: string;
  readonly config?: ImageConfig;
  readonly packages?: readonly Package[];
  /** Who looked: a cataloger, an SBOM, a scanner's report. */
  readonly sources: readonly string[];
  readonly signatures?: readonly {
    readonly kind: "cosign-key" | "cosign-keyless" | "notation";
    readonly identity: string;
    readonly verified: boolean;
  }[];
}

export interface ImageConfig {
  readonly user?: string;
  readonly entrypoint?: readonly string[];
  readonly command?: readonly string[];
  readonly exposedPorts?: readonly string[];
  /** Paths with the set-user-id or set-group-id bit, or file capabilities. */
  readonly setuidFiles?: readonly string[];
  readonly volumes?: readonly string[];
}

export interface Package {
  /** Package URL (purl): ecosystem, name and version in one. */
  readonly purl: string;
  readonly name: string;
  readonly version: string;
  readonly ecosystem: string;
  readonly files?: readonly string[];
}
