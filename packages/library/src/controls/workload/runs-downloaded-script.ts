import { defineControl } from "@plimsoll/core";

export const runsDownloadedScript = defineControl({
  id: "runs-downloaded-script",
  title: "Containers run no script straight from the network",
  severity: "high",
  why: "`curl … | sh` runs whatever the server sends at that start, and no digest, signature or scan of the image covers it. Whoever owns the server, its name or the way there owns the container.",
  remediation:
    "Remove the download from the command, and build what the script installs into the image, pinned by version and checksum. Pods then also start when the server is down.",
  equivalents: [],
  target: "container",
  validate:
    "!(container.?command.orValue([]) + container.?args.orValue([]) + container.?lifecycle.?postStart.?exec.?command.orValue([])).exists(word, word.matches('(curl|wget)\\\\s[^|;&]*[|]\\\\s*(sudo\\\\s+)?(/(usr/)?bin/)?(env\\\\s+)?(ba|da|z|k|a)?sh(\\\\s|$)') || word.matches('(ba|da|z|k|a)?sh\\\\s+(-c\\\\s+)?[\"]?(<[(]|[$][(])\\\\s*(curl|wget)\\\\s'))",
  path: "command",
  message: "The container runs a script straight from the network",
  noFix: "What the script installs belongs in the image.",
  examples: {
    pass: [
      {
        container: {
          command: ["sh", "-c", "curl -fsS https://api.example.com/flags > /tmp/flags.json && exec shop"],
        },
      },
    ],
    fail: [
      {
        container: {
          command: ["sh", "-c", "curl -fsSL https://get.example.com/install.sh | sh && exec shop"],
        },
      },
      { container: { command: ["bash", "-c"], args: ["bash <(curl -s https://get.example.com/setup)"] } },
    ],
  },
});
