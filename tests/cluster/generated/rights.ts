/** What the real authorizer lets the test's account do, of a list of requests that is far longer than its needs. */
import type { Api } from "../api.ts";
import { namespaces } from "./world.ts";

const verbs = ["get", "list", "watch", "create", "update", "patch", "delete", "deletecollection"];
const resources = [
  ["", "pods", ""],
  ["", "pods", "log"],
  ["", "pods", "exec"],
  ["", "configmaps", ""],
  ["", "secrets", ""],
  ["", "services", ""],
  ["", "serviceaccounts", ""],
  ["", "events", ""],
  ["apps", "deployments", ""],
  ["batch", "jobs", ""],
  ["rbac.authorization.k8s.io", "rolebindings", ""],
] as const;

/** What the real authorizer lets the account do, of all this. */
export async function allowed(api: Api): Promise<readonly string[]> {
  const asked = [...namespaces, "default"].flatMap((namespace) =>
    resources.flatMap(([group, resource, subresource]) =>
      verbs.flatMap((verb) =>
        (resource === "configmaps" ? ["", "settings", "caller"] : [""]).map((name) => ({
          namespace,
          group,
          resource,
          subresource,
          verb,
          name,
        })),
      ),
    ),
  );
  const answers = await Promise.all(
    asked.map(async (resourceAttributes) => {
      const review = {
        apiVersion: "authorization.k8s.io/v1",
        kind: "SubjectAccessReview",
        spec: {
          user: "system:serviceaccount:gen-front:caller",
          groups: ["system:serviceaccounts", "system:serviceaccounts:gen-front", "system:authenticated"],
          resourceAttributes,
        },
      };
      const { body } = await api.send("POST", "/apis/authorization.k8s.io/v1/subjectaccessreviews", review);
      const { status } = body as unknown as { readonly status: { readonly allowed: boolean } };
      const { namespace, verb, resource, subresource, name } = resourceAttributes;
      return status.allowed
        ? [`${namespace}: ${verb} ${resource}${subresource && `/${subresource}`} ${name}`.trim()]
        : [];
    }),
  );
  return answers.flat();
}
