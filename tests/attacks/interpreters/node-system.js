/* SPDX-License-Identifier: MIT */
/* tries: to start a shell from Node, and to read a secret.
 * stopped by: seccomp, mount-namespace, landlock
 * policy: node
 * options: --on-refusal errno -t 20 -w 40
 * arguments: {secret} {mark}
 * right: ok, nonzero-exit
 */
const fs = require("fs");
const { spawnSync } = require("child_process");

const [secret, mark] = process.argv.slice(2);
const child = spawnSync("echo", ["another program"]);
console.log(child.stdout && child.stdout.length ? "ESCAPED: another program" : "held: no process");
try {
    if (fs.readFileSync(secret, "utf8").includes("the-secret-of-" + mark))
        console.log("ESCAPED: the secret");
} catch (error) {
    console.log("held:", error.message);
}
