/** Every control about credentials and where they lie, by id. */
import { awsAuthMasters } from "./aws-auth-masters.ts";
import { credentialInAnnotation } from "./credential-in-annotation.ts";
import { credentialInArgs } from "./credential-in-args.ts";
import { credentialInConfigMap } from "./credential-in-config-map.ts";
import { credentialInEnv } from "./credential-in-env.ts";
import { externalSecretStore } from "./external-secret-store.ts";
import { hostPathPersistentVolume } from "./host-path-persistent-volume.ts";
import { secretInEnv } from "./secret-in-env.ts";
import { secretInEnvFrom } from "./secret-in-env-from.ts";
import { secretInManifest } from "./secret-in-manifest.ts";
import { volumeEncryption } from "./volume-encryption.ts";

export const secretsControls = [
  awsAuthMasters,
  credentialInAnnotation,
  credentialInArgs,
  credentialInConfigMap,
  credentialInEnv,
  externalSecretStore,
  hostPathPersistentVolume,
  secretInEnv,
  secretInEnvFrom,
  secretInManifest,
  volumeEncryption,
] as const;
