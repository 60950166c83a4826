// SPDX-License-Identifier: MIT
import java.util.Locale;
import java.util.Scanner;

public class Main {
    public static void main(String[] arguments) {
        Scanner scanner = new Scanner(System.in).useLocale(Locale.ROOT);
        int count = scanner.nextInt();
        double[] x = new double[count];
        double[] y = new double[count];
        double length = 0;
        double longest = 0;

        for (int i = 0; i < count; i++) {
            x[i] = scanner.nextDouble();
            y[i] = scanner.nextDouble();
        }
        for (int i = 0; i < count; i++) {
            int next = (i + 1) % count;
            double piece = Math.hypot(x[next] - x[i], y[next] - y[i]);
            length += piece;
            longest = Math.max(longest, piece);
        }
        System.out.printf(Locale.ROOT, "LENGTH %e%nLONGEST %.12e%n", length, longest);
    }
}
