#!/bin/busybox sh
# SPDX-License-Identifier: MIT
# Process 1 of the virtual machine. First it moves all to a tmpfs, since a box
# cannot pivot out of the initramfs; then it runs the tests, and switches off.
export PATH=/usr/bin:/bin:/sbin HOME=/root
if [ "$1" != again ]; then
    busybox mount -t tmpfs -o mode=755,size=80% none /new
    for entry in /*; do
        [ "$entry" = /new ] || busybox cp -a "$entry" /new/
    done
    exec busybox switch_root /new /init again
fi
mount -t proc none /proc
mount -t sysfs none /sys
mount -t devtmpfs none /dev
mount -t tmpfs none /tmp -o mode=1777
mount -t tmpfs none /run
mount -t cgroup2 none /sys/fs/cgroup
mkdir -p /dev/shm
ip link set lo up
sysctl -w kernel.unprivileged_userns_clone=1 >/dev/null 2>&1
echo "vm: $(uname -r), $(cat /sys/fs/cgroup/cgroup.controllers), $(nproc) CPUs"

# As systemd has it: nothing in the top group, the tests in a group of their own,
# and a subtree that is the ordinary user's.
echo "+memory +pids +cpu" > /sys/fs/cgroup/cgroup.subtree_control
mkdir -p /sys/fs/cgroup/tests.slice/tests.service /sys/fs/cgroup/user.slice
echo "+memory +pids +cpu" > /sys/fs/cgroup/user.slice/cgroup.subtree_control
mkdir -p /sys/fs/cgroup/user.slice/delegated/shell
for file in "" /cgroup.procs /cgroup.subtree_control /cgroup.threads /shell \
            /shell/cgroup.procs /shell/cgroup.subtree_control /shell/cgroup.threads; do
    chown 65534:65534 "/sys/fs/cgroup/user.slice/delegated$file"
done
echo $$ > /sys/fs/cgroup/tests.slice/tests.service/cgroup.procs
cd /tests
sh ./commands
echo "vm: exit status $?"
poweroff -f
