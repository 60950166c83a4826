# SPDX-License-Identifier: MIT
# tries: to start a shell from Ruby, and to reach the network.
# stopped by: seccomp, mount-namespace, network-namespace
# policy: script
# options: --on-refusal errno
# arguments: {port} {mark}
# right: ok, nonzero-exit
require "socket"

begin
  system("echo", "ESCAPED: another program")
rescue SystemCallError => error
  puts "held: #{error}"
end
begin
  text = TCPSocket.new("127.0.0.1", ARGV[0].to_i).readpartial(4096)
  puts "ESCAPED: the secret" if text.include?("the-secret-of-" + ARGV[1])
rescue SystemCallError => error
  puts "held: #{error}"
end
