/** The Deployment that examples about replicas share, with what each of them changes. */
import type { ExampleResource } from "@plimsoll/core";

type Spec = { readonly [key: string]: ExampleResource[string] };

export function webDeployment(spec: Spec, podSpec: Spec = {}): ExampleResource {
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "web", namespace: "shop" },
    spec: {
      ...spec,
      selector: { matchLabels: { app: "web" } },
      template: {
        metadata: { labels: { app: "web" } },
        spec: { ...podSpec, containers: [{ name: "app", image: "registry.example.com/shop/app:1.4.2" }] },
      },
    },
  };
}

export function webBudget(spec: Spec): ExampleResource {
  return {
    apiVersion: "policy/v1",
    kind: "PodDisruptionBudget",
    metadata: { name: "web", namespace: "shop" },
    spec: { ...spec, selector: { matchLabels: { app: "web" } } },
  };
}
