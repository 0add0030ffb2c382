#!/usr/bin/env bash
# Builds the native addon of @tensorflow/tfjs-node into this workspace, once: packages/backend-node/scripts/build-addon.sh.
set -euo pipefail
cd "$(dirname "$0")/.."
exec packages/backend-node/scripts/build-addon.sh "$@" .
