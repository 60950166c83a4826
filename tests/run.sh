#!/bin/sh
# SPDX-License-Identifier: MIT
# Build the preset "dev" (or the one that is named) and run all its tests.
#
#     sh tests/run.sh [PRESET]
#     sh tests/run.sh all
#
# The second is what continuous integration runs: the tests, the analysers, the tests
# with AddressSanitizer and UBSan, hosts with threads with ThreadSanitizer, and every
# fuzzer for a minute. Packages that are missing are installed. The last line says
# how many tests passed, failed and were skipped; with "all" that is the sum of the
# stages, which the lines above it tell one by one.
set -u
preset=${1:-dev}
cd "$(dirname "$0")/.." || exit 1

. .ci/packages
need_packages cmake ninja-build gcc g++ pkg-config libseccomp-dev libcap-dev libjansson-dev \
    libyaml-dev libarchive-dev \
    libcriterion-dev python3 perl strace uidmap || exit 1

build() {
    cmake --preset "$1" && cmake --build --preset "$1" -j "$(nproc)"
}

if [ "$preset" != all ]; then
    build "$preset" || exit 1
    echo "Not among these: limits_vm, hostile_vm and clock_vm, in an emulated machine; README" \
        "names them; and the analysers (sh tests/run.sh all)."
    exec python3 tests/run_ctest.py "build/$preset" -LE 'vm|analysis'
fi

need_packages clang clang-tidy libclang-rt-dev cppcheck || exit 1
need_packages qemu-system-x86 busybox-static || echo "limits_v2 will be skipped"
mkdir -p build
tally=build/tally
: >"$tally"

# stage NAME PRESET CTEST-OPTION...
stage() {
    name=$1
    built=$2
    shift 2
    echo "== $name"
    if build "$built" >"build/$built.log" 2>&1; then
        python3 tests/run_ctest.py --stage "$name" --tally "$tally" "build/$built" "$@"
    else
        tail -n 40 "build/$built.log"
        python3 tests/run_ctest.py --stage "$name" --tally "$tally" --failed "it does not build"
    fi
}

stage "tests" dev -LE 'vm|analysis'
stage "analysis" dev -L analysis
stage "AddressSanitizer, UBSan" asan -LE vm -E '^(threats|attacks_raw|limits_v2)$'
cat <<'END'
Not with sanitizers: attacks_raw, which runs nothing of ours; threats, which compares texts
with the names of all tests; limits_v2, in an emulated machine; faults_scarce, since
sanitizers bring allocation functions of their own and take more than is scarce there.
What runs under strace looks for no leaks: LeakSanitizer cannot there. With sanitizers
there is less of these:
END
cat build/asan/tests/sampled.txt
stage "ThreadSanitizer" tsan -L threads
stage "fuzzing" fuzz -L fuzz
exec python3 tests/run_ctest.py --sum "$tally"
