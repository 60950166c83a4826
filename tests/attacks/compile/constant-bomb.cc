/* SPDX-License-Identifier: MIT */
/* tries: to keep a compiler busy by a constant that takes for ever to work out.
 * stopped by: the CPU limit
 * safe: no: it would take the CPUs
 * policy: compile
 * options: -t 2
 * command: g++ -std=c++17 -fconstexpr-ops-limit=9000000000 -fconstexpr-loop-limit=2000000000 -c {name} -o out.o
 * right: time-limit, memory-limit
 * raw: no: it takes what there is
 */
constexpr unsigned long spin()
{
    unsigned long sum = 0;
    for (unsigned long i = 0; i < 1000000000UL; i++)
        sum += i * i;
    return sum;
}
constexpr unsigned long all = spin();
