/**
 * Tells which workloads judging cannot tell apart: those that hold the same in all that fields see of them. Of a thousand
 * workloads from a few templates, a patch is judged once for each template.
 */
import { createChains, createNumbers } from "../../controls/alike.ts";
import { containersOf } from "../../inventory/podspec.ts";
import type { Image } from "../../model/image.ts";
import { refKey, refOf, type Resource } from "../../model/resource.ts";
import type { Container, PodTemplate, Workload } from "../../model/workload.ts";
import { containerKeys, podKeys } from "../fields/field.ts";
import { templatesOf, type Template } from "./template.ts";
import { apparmorOf, mountsOfAccount, type World } from "./world.ts";

/** A resource as judging looks at it. */
export interface Likeness {
  readonly workload: Workload | undefined;
  /** The same for resources of which patches are said the same, where an image stays; `undefined`: it is like no other. */
  readonly like: number | undefined;
  /** The same, of patches that touch one container alone, by its name. */
  readonly inContainer: ReadonlyMap<string, number>;
}

const noContainers: ReadonlyMap<string, number> = new Map();
/** It is like no other. */
const own = { like: undefined, inContainer: noContainers };

/** Looks at each resource once. */
export function likenesses(world: World): (resource: Resource) => Likeness {
  const known = new Map<Resource, Likeness>();
  const likeOf = numbering(world);
  return (resource) => {
    let found = known.get(resource);
    if (found === undefined) {
      const workload = world.workloads.get(refKey(refOf(resource)));
      found = { workload, ...(workload === undefined ? own : likeOf(resource, workload)) };
      known.set(resource, found);
    }
    return found;
  };
}

function numbering(world: World): (resource: Resource, workload: Workload) => Omit<Likeness, "workload"> {
  const { ofValue } = createNumbers();
  const { add } = createChains();
  const images = new Map<Image | undefined, number>();
  const imageNumber = (name: string): number => {
    const image = world.inventory.imageOf(name);
    let number = images.get(image);
    if (number === undefined) images.set(image, (number = images.size));
    return number;
  };
  const withContainer = (chain: number, template: PodTemplate, container: Container): number => {
    const { name, role, raw, image, path } = container;
    const own = [name, role, path.at(-1)!, apparmorOf(template, container)].map(ofValue);
    const parts = containerKeys.map((key) => ofValue(raw[key]));
    return [imageNumber(image), ...own, ...parts].reduce(add, chain);
  };
  const withTemplate = (chain: number, template: PodTemplate, mounts: boolean | undefined): number => {
    const about = [JSON.stringify(template.specPath), mounts].map(ofValue);
    return [...about, ...podKeys.map((key) => ofValue(template.spec[key]))].reduce(add, chain);
  };
  const withContainers = (chain: number, template: PodTemplate, containers: readonly Container[]): number =>
    containers.reduce(
      (longer, container) => withContainer(longer, template, container),
      add(chain, containers.length),
    );
  return (resource, workload) => {
    const templates = templatesOf(resource);
    if (!world.evidenceOf.isUnwatched(workload)) return own;
    const mounts = mountsOfAccount(workload, world.inventory);
    const pods = (world.pods.get(refKey(workload.root)) ?? []).map(({ template, ready }) => {
      const containers = containersOf(template);
      const flags = [ready, ...sameImages(containers, templates)].map(ofValue);
      return flags.reduce(add, withContainers(withTemplate(0, template, mounts), template, containers));
    });
    const kinds = [...new Set(pods)].sort((a, b) => a - b);
    const around = [pods.length, kinds.length, ...kinds, templates.length].reduce(add, 0);
    const shells = templates.reduce((chain, template) => withTemplate(chain, template, mounts), around);
    const like = templates.reduce(
      (chain, template) => withContainers(chain, template, template.containers),
      shells,
    );
    if (templates.length !== 1) return { like, inContainer: noContainers };
    const [template] = templates;
    const inContainer = template!.containers.map(
      (container) => [container.name, withContainer(shells, template!, container)] as const,
    );
    const byName = new Map(inContainer);
    return { like, inContainer: byName.size === inContainer.length ? byName : noContainers };
  };
}

/** Whether containers of a pod run the image that templates ask for. */
function sameImages(containers: readonly Container[], templates: readonly Template[]): readonly boolean[] {
  return containers.flatMap(({ name, image }) =>
    templates.map(
      (template) => template.containers.find((each) => each.name === name)?.raw["image"] === image,
    ),
  );
}
