// SPDX-License-Identifier: MIT
import java.util.Scanner;

public class Main {
    public static void main(String[] arguments) {
        System.out.println(500);
        System.out.flush();
        if (!new Scanner(System.in).next().equals("correct"))
            throw new IllegalStateException("It was not 500.");
    }
}
