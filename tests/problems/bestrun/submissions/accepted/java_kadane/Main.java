// SPDX-License-Identifier: MIT
import java.util.Scanner;

public class Main {
    public static void main(String[] arguments) {
        Scanner scanner = new Scanner(System.in);
        int count = scanner.nextInt();
        long best = Long.MIN_VALUE;
        long ending = 0;

        while (count-- > 0) {
            ending = Math.max(ending, 0) + scanner.nextLong();
            best = Math.max(best, ending);
        }
        System.out.println(best);
    }
}
