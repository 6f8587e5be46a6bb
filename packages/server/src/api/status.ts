/** The service's own standing, for those who run it. */
import { defineRoute } from "./route.ts";
import { statusShape } from "./standing-shape.ts";

export const statusRoutes = [
  defineRoute({
    id: "getStatus",
    path: "/api/v1/status",
    tag: "status",
    summary: "How the service is, and what it cannot see",
    needs: "report",
    answer: statusShape,
    run: async ({ eyes }, { status }) => {
      await eyes.mustSeeReport();
      return status();
    },
  }),
];
