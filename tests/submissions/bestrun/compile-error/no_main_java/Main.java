// SPDX-License-Identifier: MIT
public class Main {
    public static void main(String[] arguments) {
        int best = "the best run";
    }
}
