#!/bin/sh
# SPDX-License-Identifier: MIT
# Fuzz every reader of bytes that are not our own.
#
#     sh tests/fuzz/run.sh [SECONDS [TARGET...]]
#
# Builds the preset "fuzz" (clang) and runs each target, or those named, for SECONDS
# (60 unless told). What makes one fail is kept in build/fuzz/findings/; what is found
# new goes to build/fuzz/tests/fuzz/new/ and is started from the next time. Exit status
# 1 where a target failed.
set -u
cd "$(dirname "$0")/../.." || exit 1
seconds=${1:-60}
[ $# -gt 0 ] && shift

. .ci/packages
need_packages clang libclang-rt-dev cmake ninja-build pkg-config libseccomp-dev libcap-dev libjansson-dev \
    libyaml-dev libarchive-dev libcriterion-dev python3 || exit 1
build=build/fuzz
cmake --preset fuzz >/dev/null && cmake --build --preset fuzz -j "$(nproc)" || exit 1
findings=$PWD/$build/findings
logs=$PWD/$build/logs
mkdir -p "$findings" "$logs"
[ $# -gt 0 ] || set -- $(ls $build/tests/fuzz/targets)

failed=0
all=0
printf '%-28s %12s %9s %8s  %s\n' target executions a-second edges result
for name in "$@"; do
    read -r command <$build/tests/fuzz/targets/$name || exit 1
    $command -max_total_time="$seconds" -artifact_prefix="$findings/$name-" \
        >"$logs/$name" 2>&1
    status=$?
    runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$logs/$name")
    speed=$(sed -n 's/^stat::average_exec_per_sec: *//p' "$logs/$name")
    edges=$(sed -n 's/.* cov: \([0-9]*\) .*/\1/p' "$logs/$name" | tail -n 1)
    result=ok
    if [ $status -ne 0 ]; then
        result="FAILED, status $status: $logs/$name"
        failed=$((failed + 1))
    fi
    all=$((all + ${runs:-0}))
    printf '%-28s %12s %9s %8s  %s\n' "$name" "${runs:--}" "${speed:--}" "${edges:--}" "$result"
done
echo "$all executions of $# targets, $failed failed"
[ $failed -eq 0 ]
