// SPDX-License-Identifier: MIT
import java.util.Scanner;

public class Main {
    public static void main(String[] arguments) {
        int steps = new Scanner(System.in).nextInt();
        System.out.println(new Stairs(1_000_000_007).ways(steps));
    }
}
