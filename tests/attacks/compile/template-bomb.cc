/* SPDX-License-Identifier: MIT */
/* tries: to keep a compiler busy and fill its memory, by templates that call themselves twice.
 * stopped by: the memory limit, the CPU limit
 * safe: no: it would take all memory
 * policy: compile
 * options: -t 3 -m 192M
 * command: g++ -ftemplate-depth=100000 -c {name} -o out.o
 * right: time-limit, memory-limit, nonzero-exit
 * raw: no: it takes what there is
 */
template <int depth, typename... types> struct bomb {
    typename bomb<depth - 1, types..., int>::type left;
    typename bomb<depth - 1, types..., long>::type right;
    typedef bomb type;
};
template <typename... types> struct bomb<0, types...> {
    typedef int type;
};
bomb<40> all;
