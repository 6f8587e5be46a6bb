import { expect, test } from "vitest";
import {
  credentialMarkersIn,
  credentialsIn,
  credentialWord,
  formatCredentialMarker,
  type CredentialSpan,
} from "./credential.ts";

/** What was found, as `pattern:text`. */
function found(name: string, value: string): string[] {
  return credentialsIn(name, value).map(({ start, end, pattern }) => `${pattern}:${value.slice(start, end)}`);
}

/** Put together here, so that nobody's scanner takes this file for a leak. */
const made = (...parts: readonly string[]): string => parts.join("");
const digits = "0123456789";
const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
const jwt = made("eyJhbGciOiJSUzI1NiJ9", ".", "eyJzdWIiOiJ4In0aaaaaa", ".", "c2lnbmF0dXJlMTIzNA");
const pem = made(
  "-----BEGIN RSA ",
  "PRIVATE KEY-----\nMIIEpAIBAAKCAQEA\nabc==\n-----END RSA ",
  "PRIVATE KEY-----",
);

test.each([
  ["an AWS key", made("AKIA", "IOSFODNN7EXAMPLE"), "aws-access-key"],
  ["a GitHub token", made("ghp_", letters.slice(0, 36)), "github-token"],
  ["a fine-grained GitHub token", made("github_pat_", letters, digits), "github-token"],
  ["a GitLab token", made("glpat-", "x1y2z3x1y2z3x1y2z3x1"), "gitlab-token"],
  ["a Slack token", made("xoxb-", "123456789012-abcdefghij"), "slack-token"],
  ["a Stripe key", made("sk_", "live_", letters.slice(0, 24)), "stripe-key"],
  ["an npm token", made("npm_", letters.slice(0, 36)), "npm-token"],
  ["a PyPI token", made("pypi-", "AgEIcHlwaS5vcmc", letters, digits), "pypi-token"],
  ["a Google API key", made("AIza", letters.slice(0, 35)), "google-api-key"],
  ["a JWT", jwt, "jwt"],
  ["a private key", pem, "private-key"],
  ["a private key with escaped line breaks", pem.replaceAll("\n", "\\n"), "private-key"],
  ["a SendGrid key", made("SG.", letters.slice(0, 22), ".", letters.slice(0, 43)), "sendgrid-key"],
  ["a Vault token", made("hvs.", letters), "vault-token"],
  ["a bcrypt hash", made("$2a$10$", letters, "1"), "password-hash"],
])("%s is known by its shape wherever it stands", (_, secret, pattern) => {
  expect(found("", secret)).toEqual([`${pattern}:${secret}`]);
  expect(found("COMMENT", `see ${secret} there`)).toEqual([`${pattern}:${secret}`]);
});

test.each([
  ["postgres://web:hunter2@db:5432/shop", "url-password:hunter2"],
  ["amqp://user:p%40ss@mq/vhost", "url-password:p%40ss"],
  ["redis://:secret1@redis:6379", "url-password:secret1"],
  ["Server=db;User Id=sa;Password=P4ss.word;Encrypt=true", "password:P4ss.word"],
  [
    "AccountName=x;AccountKey=QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWZnaGlqa2xtbm8=;",
    "azure-key:QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWZnaGlqa2xtbm8=",
  ],
  ["https://hooks.slack.com/services/T0000/B0000/abcdefghijkl", "slack-webhook:T0000/B0000/abcdefghijkl"],
  ["curl -H 'Authorization: Bearer abcdefghij0123456789'", "authorization:abcdefghij0123456789"],
  ["Authorization: Basic dXNlcjpwYXNz", "authorization:dXNlcjpwYXNz"],
  ["--password=hunter2", "password:hunter2"],
  ["--db-password=x --verbose", "password:x"],
  ["export DB_PASSWORD=hunter2; run", "password:hunter2"],
  ["spring.datasource.password=hunter2\nuser=web", "password:hunter2"],
  ['{"user":"web","password":"hunter 2"}', "password:hunter 2"],
  ['"{\\"clientSecret\\":\\"abc123xyz\\"}"', "secret:abc123xyz"],
  ["apiKey: 9f8e7d6c5b4a", "key:9f8e7d6c5b4a"],
  ["requirepass: s3cret", "password:s3cret"],
])("in %j the credential alone is found", (value, expected) => expect(found("", value)).toEqual([expected]));

test.each([
  ["PASSWORD", "hunter2", "password"],
  ["DB_PASSWORD", "12345", "password"],
  ["DB_PASSWORD", "changeme", "password"],
  ["MYSQL_ROOT_PWD", "root", "password"],
  ["POSTGRES_PASS", "pg", "password"],
  ["dbPassword", "two words", "password"],
  ["spring.datasource.password", "x1", "password"],
  ["ADMIN_PASSWORD_1", "abc", "password"],
  ["PASSWD", "abc", "password"],
  ["SSH_PASSPHRASE", "open sesame", "password"],
  ["JWT_SECRET", "s3cr3tv4lu3", "secret"],
  ["CLIENT_SECRET", "qwertyuiop", "secret"],
  ["SECRET_KEY_BASE", "0123456789abcdef", "key"],
  ["API_KEY", "9f8e7d6c5b4a", "key"],
  ["AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "key"],
  ["GITHUB_TOKEN", "abc123def456", "token"],
  ["authToken", "abc123def456", "token"],
  ["X-Api-Key", "abc123def456", "key"],
])("%s=%s is one by its name", (name, value, pattern) =>
  expect(found(name, value)).toEqual([`${pattern}:${value}`]),
);

test.each([
  ["PASSWORD", ""],
  ["PASSWORD", "$(DB_PASSWORD)"],
  ["PASSWORD", "${DB_PASSWORD}"],
  ["PASSWORD", "$DB_PASSWORD"],
  ["PASSWORD", "{{ .Values.password }}"],
  ["PASSWORD", "<password>"],
  ["PASSWORD", "********"],
  ["PASSWORD", "/run/secrets/password"],
  ["PASSWORD", "file:///run/secrets/x"],
  ["PASSWORD", "vault:secret/data/db#password"],
  ["PASSWORD", "true"],
  ["ALLOW_EMPTY_PASSWORD", "yes"],
  ["ALLOW_EMPTY_PASSWORD", "1"],
  ["PASSWORD_FILE", "secret.txt"],
  ["PASSWORD_PATH", "etc/pw"],
  ["DB_PASSWORD_SECRET_NAME", "db"],
  ["PASSWORD_MIN_LENGTH", "12"],
  ["SECRET_NAME", "my-secret1"],
  ["TLS_SECRET", "web-tls"],
  ["OAUTH_SECRET", "shop-oauth-2"],
  ["TOKEN_TTL", "3600"],
  ["TOKEN", "3600s"],
  ["MAX_TOKEN", "4096"],
  ["TOKEN_URL", "https://id.example.com/token"],
  ["TOKEN", "https://id.example.com/token"],
  ["ACCESS_KEY_ID", "somebody1"],
  ["PUBLIC_KEY", "MIIBIjANBgkqhkiG9w0BAQ"],
  ["KEY", "abc123def456"],
  ["PRIMARY_KEY", "order_id1"],
  ["PWD", "/app"],
  ["COMPASS", "north1"],
  ["BYPASS", "abc1"],
  ["TOKENIZER", "bert-base1"],
  ["SECRETARY", "someone1"],
  ["image", "registry.example.com/shop/token-service:1.2.3"],
  ["kubernetes.io/description", "The password is kept in a Secret; see the token documentation."],
  ["", "--token-auth-file=/etc/tokens.csv"],
  ["", "--password-file=/run/pw"],
  ["", "--service-account-key-file=/etc/sa.pub"],
  ["", "--initial-cluster-token=etcd-cluster-1"],
  ["", "https://user@example.com/path"],
  ["", "http://host:8080/a@b"],
  ["", "postgres://web:$(PASSWORD)@db/shop"],
  ["", "postgres://web:${PASSWORD}@db/shop"],
  ["", "token = get_token(request)"],
  ["", "if password == other: pass"],
  ["", 'password = os.environ["PASSWORD"]'],
  ["", "password: request.form.password"],
  ["", "secret: my-secret"],
  ["", "secretName: web-tls"],
  ["", "token: ${TOKEN}"],
  ["", "password:\n  secretKeyRef: x"],
  ["", "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"],
  ["", "task-runner disk-usage risk-engine-with-a-rather-long-name-indeed"],
  ["", "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----"],
  ["", "-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----"],
  ["", "Bearer authentication is used"],
])("%s=%j is none", (name, value) => expect(found(name, value)).toEqual([]));

test("of a private key that is cut off, all that follows is taken", () => {
  expect(found("", `x ${pem.slice(0, 50)} y`)).toEqual([`private-key:${pem.slice(0, 50)} y`]);
});

test("several in one text, in order and apart", () => {
  const value = "ab://u:one1@h --password=two2 cd://u:three3@h";
  expect(found("", value)).toEqual(["url-password:one1", "password:two2", "url-password:three3"]);
});

test("a marker is read back, and is no credential itself", () => {
  const marker = { pattern: "password", length: 7, digest: "0123456789abcdef" };
  const text = formatCredentialMarker(marker);
  expect(text).toBe("plimsoll-redacted:password:7:0123456789abcdef");
  expect(credentialMarkersIn(`--password=${text} ${text}`)).toEqual([marker, marker]);
  expect(credentialMarkersIn("plimsoll-redacted: no marker")).toEqual([]);
  expect(found("PASSWORD", text)).toEqual([]);
  expect(found("", `--password=${text}, postgres://web:${text}@db`)).toEqual([]);
  expect(found("", `--password=${text} --password=other1`)).toEqual(["password:other1"]);
});

test("what names say", () => {
  expect(["DB_PASSWORD", "apiKey", "x", "secretName"].map(credentialWord)).toEqual([
    "password",
    "key",
    undefined,
    undefined,
  ]);
});

test.each([
  ["runs of one letter", "a".repeat(300_000)],
  ["words with dots and hyphens", "a-.".repeat(100_000)],
  ["schemes without an end", "http://".repeat(40_000)],
  ["addresses without a password", "a://b:".repeat(50_000)],
  ["assignments without a value", "password=".repeat(30_000)],
  ["quotes without an end", 'token="'.repeat(40_000)],
  ["keys without an end", "-----BEGIN PRIVATE KEY-----".repeat(10_000)],
  ["half a token", "eyJ".repeat(100_000)],
  ["half a token with dots", "eyJaaaaaaaaaaaa.".repeat(20_000)],
  ["dollar signs", "$apr1$".repeat(50_000)],
  ["headers", "Authorization: Basic ".repeat(15_000)],
  ["spaces", `password${" ".repeat(200_000)}`],
])("%s take linear time", (_, value) => {
  const start = performance.now();
  credentialsIn("PASSWORD_TEXT", value);
  credentialsIn("", value);
  expect(performance.now() - start).toBeLessThan(2_000);
});

test("spans never overlap and stay inside", () => {
  const value = `${pem} password=${jwt} postgres://a:${made("ghp_", letters.slice(0, 36))}@b`;
  let last = 0;
  for (const { start, end } of credentialsIn("", value) as readonly CredentialSpan[]) {
    expect(start).toBeGreaterThanOrEqual(last);
    expect(end).toBeGreaterThan(start);
    last = end;
  }
  expect(last).toBeLessThanOrEqual(value.length);
});
