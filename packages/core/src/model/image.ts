/** What an image holds, as far as somebody has looked into it. */
import type { EvidenceState } from "./evidence.ts";
import type { Severity } from "./finding.ts";

export interface Image {
  /** As written in the pod spec. */
  readonly reference: string;
  /** `sha256:…` of the manifest, where known. */
  readonly digest?: string;
  readonly platform?: string;
  readonly config?: ImageConfig;
  readonly packages?: readonly Package[];
  /** Flaws of its packages, as a scanner or a match against published data tells them; absent: nobody looked. */
  readonly vulnerabilities?: readonly Vulnerability[];
  /** Who looked: a cataloger, an SBOM, a scanner's report. */
  readonly sources: readonly string[];
  /** What they could make nothing of or did not look at, counted by why; absent: nothing is known to lack. */
  readonly left?: { readonly [why: string]: number };
  /** RFC 3339: when its files were read. */
  readonly readAt?: string;
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

/** A published flaw of a package in an image. */
export interface Vulnerability {
  /** `CVE-2021-44228` */
  readonly id: string;
  /** purl of the package that has it. */
  readonly package: string;
  /** The first version without it; absent where none was published. */
  readonly fixedIn?: string;
  /** As the scanner grades it, of several the gravest; absent: none did. */
  readonly severity?: Severity;
  /** On a list of flaws that attackers are known to use. */
  readonly exploited: boolean;
  /** Whether the package was seen loaded or run. What was not looked for is `unknown`, never `not-observed`. */
  readonly loaded: EvidenceState;
}
