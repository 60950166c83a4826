// SPDX-License-Identifier: MIT
import java.util.Scanner;

public class Main {
    public static void main(String[] arguments) {
        Scanner scanner = new Scanner(System.in);
        boolean hide = scanner.next().equals("hide");
        String word = scanner.next();
        StringBuilder output = new StringBuilder();

        for (char letter : word.toCharArray())
            output.append((char) (hide ? letter - '0' + 'a' : letter - 'a' + '0'));
        System.out.println(hide ? output : output.reverse());
    }
}
