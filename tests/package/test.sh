#!/usr/bin/env bash
# Packs the bundle, installs it where nothing else is, and uses it as people would. Its last line is `N passed, N failed`.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
export PATH="$PWD/node_modules/.bin:$PATH"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export HOME="$scratch/home" XDG_CACHE_HOME="$scratch/cache" NO_COLOR=1 KUBECONFIG=/nonexistent
passed=0
failed=0

# check NAME CODE PATTERN COMMAND…: the command ends with that code and says that.
check() {
  local name=$1 code=$2 pattern=$3 out status
  shift 3
  out=$("$@" 2>&1)
  status=$?
  if [ "$status" -eq "$code" ] && grep -qE -- "$pattern" <<<"$out"; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    printf 'FAIL %s: exit %s, wanted %s and /%s/\n%s\n' "$name" "$status" "$code" "$pattern" "$(head -n 20 <<<"$out")"
  fi
}

mkdir -p "$HOME" "$scratch/installed" "$scratch/work/bad" "$scratch/work/broken"
node scripts/bundle.ts || exit 1
archive=$(npm pack ./dist --silent --pack-destination "$scratch") || exit 1
(cd "$scratch/installed" && npm install --silent --offline --ignore-scripts --no-audit --no-fund "$scratch/$archive") || exit 1
bin="$scratch/installed/node_modules/.bin"
check "the man page is installed" 0 '^.TH' head -n 3 "$scratch/installed/node_modules/plimsoll/$(cd "$scratch/installed/node_modules/plimsoll" && node -p 'require("./package.json").man')"
cat >"$scratch/work/bad/pod.yaml" <<'YAML'
apiVersion: v1
kind: Pod
metadata: { name: web, namespace: shop }
spec:
  containers:
    - name: app
      image: registry.example.com/app:1.0
      securityContext: { privileged: true }
YAML
printf 'apiVersion: v1\nkind: Pod\nmetadata: {{\n' >"$scratch/work/broken/pod.yaml"
version=$(node -p 'require("./packages/cli/package.json").version')
export PATH="$bin:$PATH"
cd "$scratch/work" || exit 1

check 'nothing but itself is installed' 0 '^plimsoll$' ls "$scratch/installed/node_modules"
check 'version' 0 "^$version$" plimsoll --version
check 'help' 0 'Usage: plimsoll' plimsoll --help
check 'scan without a gate' 0 'privileged' plimsoll scan bad
check 'scan with a gate' 1 'privileged' plimsoll scan bad --fail-on high
check 'usage' 2 'did you mean' plimsoll scan bad --format sarfi
check 'incomplete' 3 'incomplete' plimsoll scan broken
check 'a saved snapshot' 0 'wrote' plimsoll snapshot bad --output saved.plimsoll.zst
check 'and its scan' 0 'privileged' plimsoll scan saved.plimsoll.zst
check 'the bundled sample' 0 'whole report' plimsoll start
check 'a cluster that is not there' 2 'plimsoll: ' plimsoll scan
check 'serving says what it needs' 2 'no cluster|context' plimsoll serve
check 'the plugin' 0 'Usage: ' kubectl-plimsoll --help
if command -v kubectl >/dev/null; then check 'through kubectl' 0 'Usage: ' kubectl plimsoll --help; fi
check "observing says what it needs" 2 "native module that observing needs|no process 999999999" "$bin/plimsoll" observe --pid 999999999
check 'bash completion' 0 '^scan$' bash -c '
  source <(plimsoll completion bash)
  COMP_WORDS=(plimsoll sc); COMP_CWORD=1; _plimsoll; printf "%s\n" "${COMPREPLY[@]}"'
check 'ids of formats are completed' 0 '^sarif$' bash -c '
  source <(plimsoll completion bash)
  COMP_WORDS=(plimsoll scan --format sa); COMP_CWORD=3; _plimsoll; printf "%s\n" "${COMPREPLY[@]}"'

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
