/** The pod templates of a resource, with what is worked out for each patch of it. */
import { containersOf, podTemplatesOf } from "../../inventory/podspec.ts";
import type { Resource } from "../../model/resource.ts";
import type { Container, PodTemplate } from "../../model/workload.ts";

export interface Template extends PodTemplate {
  readonly containers: readonly Container[];
  /** Where it stands, and what its containers are called. */
  readonly names: string;
}

const templates = new WeakMap<Resource, readonly Template[]>();

/** Of a resource as it stands; made once. */
export function templatesOf(resource: Resource): readonly Template[] {
  let found = templates.get(resource);
  if (found === undefined) {
    found = podTemplatesOf(resource).map((template) => {
      const containers = containersOf(template);
      const names = JSON.stringify([template.specPath, containers.map(({ name }) => name)]);
      return { ...template, containers, names };
    });
    templates.set(resource, found);
  }
  return found;
}
