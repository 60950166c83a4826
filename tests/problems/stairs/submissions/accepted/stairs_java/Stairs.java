// SPDX-License-Identifier: MIT
class Stairs {
    private final long modulus;

    Stairs(long modulus) {
        this.modulus = modulus;
    }

    long ways(int steps) {
        long ways = 1;
        long next = 1;

        for (; steps > 0; steps--) {
            long sum = (ways + next) % modulus;
            ways = next;
            next = sum;
        }
        return ways;
    }
}
