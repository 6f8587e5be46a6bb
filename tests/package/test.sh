#!/usr/bin/env bash
# Packs the bundle, installs it where nothing else is, and uses it as people would. Its last line is `N passed, N failed`.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
export PATH="$PWD/node_modules/.bin:$PATH"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export HOME="$scratch/home" XDG_CACHE_HOME="$scratch/cache" NO_COLOR=1 KUBECONFIG=/nonexistent
tests=$PWD/tests/package
passed=0
failed=0
missing=()

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
# Each shell completes for itself: what the line becomes, or what is offered for its last word.
for shell in zsh fish; do
  command -v "$shell" >/dev/null || missing+=("$shell")
done
if [ "${#missing[@]}" -gt 0 ]; then
  { apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends "${missing[@]}"; } >/dev/null 2>&1
fi
# offered SHELL LINE: the words that the shell offers at the end of the line, one a line.
offered() {
  case $1 in
    bash) bash -c '
      source <(plimsoll completion bash)
      line=$1; line=${line//=/ = }; COMP_WORDS=($line)
      case $line in *" ") COMP_WORDS+=("") ;; esac
      COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _plimsoll; printf "%s\n" "${COMPREPLY[@]}"' bash "$2" ;;
    zsh) zsh -f "$tests/complete.zsh" "$2" ;;
    fish) fish --no-config -c 'plimsoll completion fish | source; complete -C $argv[1]' "$2" ;;
  esac
}
touch "$scratch/work/unique.json"
for shell in bash zsh fish; do
  word='(^|[ =])'
  check "$shell: a command" 0 "${word}scan" offered "$shell" 'plimsoll sc'
  check "$shell: an option" 0 "${word}--format" offered "$shell" 'plimsoll scan --forma'
  check "$shell: the value of an option" 0 "${word}sarif" offered "$shell" 'plimsoll scan --format sa'
  check "$shell: the value after an equals sign" 0 "${word}sarif" offered "$shell" 'plimsoll scan --format=sa'
  check "$shell: an id" 0 "${word}pss-baseline" offered "$shell" 'plimsoll scan --all --framework pss-b'
  check "$shell: an argument" 0 "${word}test" offered "$shell" 'plimsoll controls te'
  check "$shell: a command's help" 0 "${word}whatif" offered "$shell" 'plimsoll help what'
  check "$shell: the version" 0 "${word}--version" offered "$shell" 'plimsoll --ver'
  check "$shell: as a plugin" 0 "${word}scan" offered "$shell" 'kubectl-plimsoll sc'
  check "$shell: a command's name among its files" 0 '^$|^plimsoll scan fix --appl$' offered "$shell" 'plimsoll scan fix --appl'
done
for shell in zsh fish; do
  check "$shell: a file" 0 "${word}unique.json" offered "$shell" 'plimsoll scan --output un'
done

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
