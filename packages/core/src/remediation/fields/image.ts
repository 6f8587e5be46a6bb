/** `image`: the same bytes under another name, or others. */
import { defineField } from "./field.ts";
import { clearByConstruction, unknownFor } from "./judgement.ts";

const digestOf = (image: unknown): string | undefined => /@(sha256:[0-9a-f]{64})$/.exec(String(image))?.[1];
const digest = `sha256:${"5d".repeat(32)}`;

export const image = defineField({
  id: "image",
  title: "another image",
  paths: ["container.image"],
  effective: ({ reference = "" }) => reference,
  judge: ({ before, after }) => {
    const asked = digestOf(after.reference);
    const running = before.digests ?? [];
    if (asked !== undefined && running.length > 0 && running.every((each) => each === asked))
      return clearByConstruction("Its pods run this very image as it is");
    return unknownFor("Another image may do anything", [
      {
        text: asked === undefined ? "which bytes the name stands for" : "whether its pods run this digest",
        remedy: "compare with imageID in the status of its pods, or observe the new image",
      },
    ]);
  },
  examples: {
    clear: [
      {
        name: "the digest that runs",
        before: { container: { image: "shop/web:1" } },
        after: { container: { image: `shop/web:1@${digest}` } },
        running: [digest],
      },
    ],
    unknown: [
      {
        name: "another tag",
        before: { container: { image: "shop/web:1" } },
        after: { container: { image: "shop/web:2" } },
      },
    ],
  },
});
