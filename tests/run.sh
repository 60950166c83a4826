#!/bin/sh
# SPDX-License-Identifier: MIT
# Build the preset "dev" (or the one that is named) and run all its tests.
#
#     sh tests/run.sh [PRESET]
#
# Packages that are missing are installed. The last line says how many tests
# passed, failed and were skipped.
set -u
preset=${1:-dev}
cd "$(dirname "$0")/.." || exit 1

. .ci/packages
need_packages cmake ninja-build gcc g++ pkg-config libseccomp-dev libcap-dev libjansson-dev \
    libyaml-dev libarchive-dev \
    libcriterion-dev python3 strace || exit 1

cmake --preset "$preset" || exit 1
cmake --build --preset "$preset" -j "$(nproc)" || exit 1
echo "Not among these: limits_vm and hostile_vm, on cgroup v2 in an emulated machine; README names them."
exec python3 tests/run_ctest.py "build/$preset" -LE vm
