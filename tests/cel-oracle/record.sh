#!/bin/sh
# Records what Kubernetes makes of all expressions, for packages/core/src/controls/cel/kubernetes.test.ts.
# Needs Go and the Go module proxy.
set -eu
cd "$(dirname "$0")"
fixtures=../../packages/core/src/controls/cel/fixtures
go run . expressions.txt random.txt "$fixtures/k8s-cel-lib.jsonl" "$fixtures/cel-spec.jsonl" > "$fixtures/kubernetes.jsonl"
