// SPDX-License-Identifier: MIT
import java.util.Scanner;

public class Main {
    public static void main(String[] arguments) {
        Scanner scanner = new Scanner(System.in);
        int low = 1;
        int high = 1000;

        while (true) {
            int middle = (low + high) / 2;
            System.out.println(middle);
            System.out.flush();
            switch (scanner.next()) {
                case "correct":
                    return;
                case "lower":
                    high = middle - 1;
                    break;
                default:
                    low = middle + 1;
            }
        }
    }
}
