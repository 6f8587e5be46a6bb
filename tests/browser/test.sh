#!/usr/bin/env bash
# Opens what we write for people in a real browser. Its last line is `N passed, N failed`.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
if ! command -v chromium >/dev/null; then
  echo "installing chromium"
  apt-get update -q >/dev/null
  DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends chromium >/dev/null
fi
exec node_modules/.bin/node node_modules/vitest/vitest.mjs run --config tests/browser/vitest.config.ts "$@"
