#!/usr/bin/env bash
# Builds the native addon of @tensorflow/tfjs-node and puts it into every copy of the package installed in a project: for
# machines that reach npm and PyPI, but not the host that the package's own install script fetches from.
#
#   build-addon.sh [--install-tools] [PROJECT]     PROJECT: default the current folder; installed with --ignore-scripts
#
# The addon is C++ on two C interfaces, Node-API and TensorFlow's, so a compiler and headers are enough; libtensorflow comes
# from the wheel of tensorflow-cpu. Both stay in a cache, $VITRUM_CACHE, by default ${XDG_CACHE_HOME:-~/.cache}/vitrum
# (640 MB; 2.5 GB while building), and a project only gets a link. --install-tools gets a missing g++ or pip through apt.
set -euo pipefail

wheel=tensorflow-cpu==2.21.0
wheel_hash=2b847d217b02ee7731ed91431daf3250daa0196c3c94614d23be27232e6e5b6c
headers=node-api-headers@1.9.0

fail() {
  echo "build-addon: $*" >&2
  exit 1
}

tools=
if [ "${1-}" = --install-tools ]; then
  tools=1
  shift
fi
project=$(realpath "${1-.}")
cache=${VITRUM_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/vitrum}

[ "$(uname -sm)" = 'Linux x86_64' ] || fail "got $(uname -sm), expected Linux x86_64. Elsewhere: npm rebuild @tensorflow/tfjs-node"

# Beside each other under npm; pnpm keeps every variant of a package in a folder of its own.
shopt -s nullglob
copies=()
for copy in "$project"/node_modules/@tensorflow/tfjs-node \
  "$project"/node_modules/.pnpm/@tensorflow+tfjs-node@*/node_modules/@tensorflow/tfjs-node; do
  [ -f "$copy/package.json" ] && copies+=("$(realpath "$copy")")
done
[ ${#copies[@]} -gt 0 ] || fail "got no @tensorflow/tfjs-node in $project/node_modules. First: npm install --ignore-scripts @tensorflow/tfjs-node"

# The path at which a copy of the package looks for its addon.
addon_of() {
  node -e 'const { find } = require(require.resolve("@mapbox/node-pre-gyp", { paths: [process.argv[1]] }));
    console.log(find(process.argv[1] + "/package.json"));' "$1"
}

# A Python with pip, which may not be the first on the path.
python_with_pip() {
  local candidate
  for candidate in python3 /usr/bin/python3; do
    if "$candidate" -m pip --version >/dev/null 2>&1; then
      echo "$candidate"
      return
    fi
  done
  return 1
}

apt_install() {
  local root=()
  [ "$(id -u)" = 0 ] || root=(sudo -n)
  echo "build-addon: installing $*" >&2
  "${root[@]}" apt-get update -qq >&2
  DEBIAN_FRONTEND=noninteractive "${root[@]}" apt-get install -qq -y --no-install-recommends "$@" >&2
}

# build FOLDER COPY: makes the addon for a copy of the package, with its libraries beside it.
build() {
  local missing=() python parts=$cache/.building free
  command -v g++ >/dev/null || missing+=(g++)
  python_with_pip >/dev/null || missing+=(python3-pip)
  if [ ${#missing[@]} -gt 0 ]; then
    [ -n "$tools" ] || fail "needs ${missing[*]}: apt-get install ${missing[*]}, or run it with --install-tools"
    apt_install "${missing[@]}" || fail "apt could not install ${missing[*]}"
  fi
  python=$(python_with_pip) || fail 'needs python3 with pip'
  free=$(($(df -Pk "$cache" | awk 'NR == 2 { print $4 }') / 1024))
  [ "$free" -ge 2500 ] || fail "got $free MB free in $cache, expected 2500 MB"

  rm -rf "$parts" # left behind by a run that was stopped
  mkdir -p "$parts/made"
  echo "build-addon: fetching $wheel (274 MB)" >&2
  echo "$wheel --hash=sha256:$wheel_hash" >"$parts/wheel.txt"
  "$python" -m pip download -q --disable-pip-version-check --no-cache-dir --no-deps --only-binary=:all: --require-hashes \
    --implementation cp --python-version 3.11 --abi cp311 --platform manylinux_2_27_x86_64 \
    -d "$parts" -r "$parts/wheel.txt" >&2 || fail "pip could not download $wheel"
  npm install --silent --no-save --ignore-scripts --no-audit --no-fund --prefix "$parts/headers" "$headers" >&2 ||
    fail "npm could not install $headers"
  "$python" - "$parts" <<'PYTHON'
import glob, os, sys, zipfile

parts = sys.argv[1]
headers = tuple("tensorflow/include/" + path for path in ("tensorflow/c/", "tensorflow/core/platform/", "tsl/", "xla/tsl/c/"))
with zipfile.ZipFile(glob.glob(parts + "/*.whl")[0]) as wheel:
    for name in wheel.namelist():
        if name.startswith("tensorflow/libtensorflow") or name.endswith(".h") and name.startswith(headers):
            wheel.extract(name, parts)
for library in ("libtensorflow_cc.so.2", "libtensorflow_framework.so.2"):
    os.rename(f"{parts}/tensorflow/{library}", f"{parts}/made/{library}")
PYTHON
  strip --strip-unneeded "$parts"/made/*.so.2 # 853 MB become 634
  echo 'build-addon: compiling' >&2
  g++ -std=c++17 -O2 -fPIC -shared -DNAPI_VERSION=8 -DNODE_GYP_MODULE_NAME=tfjs_binding \
    -I"$parts/headers/node_modules/node-api-headers/include" -I"$parts/tensorflow/include" -I"$2" "$2"/binding/*.cc \
    "$parts"/made/*.so.2 -Wl,-rpath,'$ORIGIN' -o "$parts/made/tfjs_binding.node" >&2 || fail 'g++ could not compile the addon'
  rm -rf "$1"
  mv -T "$parts/made" "$1"
  rm -rf "$parts"
}

# check COPY: multiplies two matrices on it.
check() {
  node -e '
    const util = require("util"); // Node 23 dropped two functions that tfjs-node calls
    util.isArray ??= Array.isArray;
    util.isNullOrUndefined ??= (value) => value == null;
    const tf = require(process.argv[1]);
    const [product] = tf.matMul([[1, 2]], [[3], [4]]).dataSync();
    if (product !== 11) throw new Error(`1 · 3 + 2 · 4 is ${product} on it`);' "$1"
}

mkdir -p "$cache"
exec 9>"$cache/.lock"
flock 9 # two at once: one builds, the other waits and finds it done
for copy in "${copies[@]}"; do
  version=$(node -p 'require(process.argv[1] + "/package.json").version' "$copy")
  built=$cache/tfjs-node-$version-${wheel/==/-}
  [ -f "$built/tfjs_binding.node" ] || build "$built" "$copy"
  addon=$(addon_of "$copy")
  mkdir -p "$(dirname "$addon")"
  ln -sfT "$(realpath "$built")/tfjs_binding.node" "$addon.new"
  mv -fT "$addon.new" "$addon"
  said=$(check "$copy" 2>&1) || fail "the addon does not work in $copy: $said"
  echo "build-addon: @tensorflow/tfjs-node $version is ready in ${copy#"$project"/}"
done
