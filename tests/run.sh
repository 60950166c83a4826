#!/bin/sh
# SPDX-License-Identifier: MIT
# Build the preset "dev" (or the one that is named) and run all its tests.
#
#     sh tests/run.sh [PRESET]
#
# What is missing is installed with apt-get where this is root's to do. The last
# line says how many tests passed, failed and were skipped.
set -u
preset=${1:-dev}
cd "$(dirname "$0")/.." || exit 1

packages="cmake ninja-build gcc g++ pkg-config libseccomp-dev libcap-dev libcriterion-dev python3"

is_missing() {
    for package in $packages; do
        dpkg-query -W -f '${Status}\n' "$package" 2>/dev/null | grep -q '^install ok installed$' ||
            return 0
    done
    return 1
}

if command -v dpkg-query >/dev/null && is_missing; then
    if [ "$(id -u)" -ne 0 ]; then
        echo "Some of these packages are missing: $packages" >&2
        echo "Install them: sudo apt-get install $packages" >&2
        exit 1
    fi
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq || exit 1
    # shellcheck disable=SC2086 # one word each
    apt-get install -qq -y --no-install-recommends $packages || exit 1
fi

cmake --preset "$preset" || exit 1
cmake --build --preset "$preset" -j "$(nproc)" || exit 1
exec python3 tests/run_ctest.py "build/$preset"
