/** Asks for a client certificate, approves the request, and signs in with what was signed. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Agent, request } from "undici";
import type { JsonObject } from "@plimsoll/core";
import type { Holder } from "./proof.ts";

const requests = "/apis/certificates.k8s.io/v1/certificatesigningrequests";

interface Signing {
  readonly status: { readonly certificate?: string };
}

/** True where the API server takes the bearer of the new certificate for that user. */
export async function isSignedIn({ ask }: Holder, user: string): Promise<boolean> {
  const folder = mkdtempSync(join(tmpdir(), "plimsoll-csr-"));
  const key = join(folder, "key");
  try {
    const words = ["req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
    const wanted = execFileSync("openssl", [...words, "-keyout", key, "-subj", `/CN=${user}`], {
      stdio: ["ignore", "pipe", "ignore"],
    });
    const spec = {
      request: wanted.toString("base64"),
      signerName: "kubernetes.io/kube-apiserver-client",
      usages: ["client auth"],
    };
    const name = `powers-${user}`;
    const made = {
      apiVersion: "certificates.k8s.io/v1",
      kind: "CertificateSigningRequest",
      metadata: { name },
      spec,
    };
    const { status, text } = await ask("POST", requests, made);
    if (status !== 201) return false;
    const conditions = [{ type: "Approved", status: "True", reason: "Test", message: "by a test" }];
    const approved = { ...(JSON.parse(text) as JsonObject), status: { conditions } };
    if ((await ask("PUT", `${requests}/${name}/approval`, approved)).status !== 200) return false;
    for (let left = 40; left > 0; left -= 1) {
      const { certificate } = (JSON.parse((await ask("GET", `${requests}/${name}`)).text) as Signing).status;
      if (certificate !== undefined)
        return (await userOf(Buffer.from(certificate, "base64"), readFileSync(key))) === user;
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
    return false;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function userOf(cert: Buffer, key: Buffer): Promise<string> {
  const ca = readFileSync(`${process.env["PLIMSOLL_STATE"]}/pki/ca.crt`);
  const dispatcher = new Agent({ connect: { ca, cert, key } });
  const body = JSON.stringify({ apiVersion: "authentication.k8s.io/v1", kind: "SelfSubjectReview" });
  const answer = await request("https://127.0.0.1:6443/apis/authentication.k8s.io/v1/selfsubjectreviews", {
    method: "POST",
    dispatcher,
    headers: { "content-type": "application/json" },
    body,
  });
  const told = (await answer.body.json()) as { status?: { userInfo?: { username?: string } } };
  await dispatcher.close();
  return told.status?.userInfo?.username ?? "";
}
