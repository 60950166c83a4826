/* SPDX-License-Identifier: MIT */
/*
 * syscall_table.c - the names and the arguments of the system calls.
 *
 * The order and the numbers are those of the kernel's
 * arch/x86/entry/syscalls/syscall_64.tbl, up to DP_SYSCALL_NEWEST. An argument
 * is written "name" or "name:kind"; a call whose arguments no rule has ever
 * been about has none here.
 */
#include "syscall_table.h"
#include "policy.h"

#include <string.h>

/*
 * The numbers that no call of x86-64 had when its table was joined with those of
 * the other architectures, at 424. Since then 335 and 336 have become the
 * kernel's own, for uprobes: it lets them pass by every filter, and answers a
 * program that calls them by SIGILL.
 */
#define GAP_FIRST 335
#define GAP_LAST 423

struct call {
    const char *name;
    const char *arguments;
};

static const struct call calls[DP_SYSCALL_NEWEST + 1] = {
    [0] = {"read", "fd:fd buffer count:size"},
    [1] = {"write", "fd:fd buffer count:size"},
    [2] = {"open", "path:path flags:open mode:mode"},
    [3] = {"close", "fd:fd"},
    [4] = {"stat", "path:path status"},
    [5] = {"fstat", "fd:fd status"},
    [6] = {"lstat", "path:path status"},
    [7] = {"poll", "fds count:size timeout:int"},
    [8] = {"lseek", "fd:fd offset:size whence:whence"},
    [9] = {"mmap", "address length:size prot:prot flags:map fd:fd offset:size"},
    [10] = {"mprotect", "address length:size prot:prot"},
    [11] = {"munmap", "address length:size"},
    [12] = {"brk", "address"},
    [13] = {"rt_sigaction", "signal:signal action old_action set_size:size"},
    [14] = {"rt_sigprocmask", "how:how set old_set set_size:size"},
    [15] = {"rt_sigreturn", ""},
    [16] = {"ioctl", "fd:fd request:ioctl argument"},
    [17] = {"pread64", "fd:fd buffer count:size offset:size"},
    [18] = {"pwrite64", "fd:fd buffer count:size offset:size"},
    [19] = {"readv", "fd:fd vector count:size"},
    [20] = {"writev", "fd:fd vector count:size"},
    [21] = {"access", "path:path mode:access"},
    [22] = {"pipe", "fds"},
    [23] = {"select", "count:int read_set write_set except_set timeout"},
    [24] = {"sched_yield", ""},
    [25] = {"mremap", "old_address old_size:size new_size:size flags:mremap new_address"},
    [26] = {"msync", "address length:size flags"},
    [27] = {"mincore", "address length:size vector"},
    [28] = {"madvise", "address length:size advice:advice"},
    [29] = {"shmget", "key size:size flags"},
    [30] = {"shmat", "id:int address flags"},
    [31] = {"shmctl", "id:int command:int buffer"},
    [32] = {"dup", "fd:fd"},
    [33] = {"dup2", "fd:fd new_fd:fd"},
    [34] = {"pause", ""},
    [35] = {"nanosleep", "request remaining"},
    [36] = {"getitimer", "which:int value"},
    [37] = {"alarm", "seconds:size"},
    [38] = {"setitimer", "which:int value old_value"},
    [39] = {"getpid", ""},
    [40] = {"sendfile", "out_fd:fd in_fd:fd offset count:size"},
    [41] = {"socket", "domain:family type:socket protocol:int"},
    [42] = {"connect", "fd:fd address:socket_address length:size"},
    [43] = {"accept", "fd:fd address length"},
    [44] = {"sendto", "fd:fd buffer length:size flags address:socket_address address_length:size"},
    [45] = {"recvfrom", "fd:fd buffer length:size flags address address_length"},
    [46] = {"sendmsg", "fd:fd message flags"},
    [47] = {"recvmsg", "fd:fd message flags"},
    [48] = {"shutdown", "fd:fd how:int"},
    [49] = {"bind", "fd:fd address:socket_address length:size"},
    [50] = {"listen", "fd:fd backlog:int"},
    [51] = {"getsockname", "fd:fd address length"},
    [52] = {"getpeername", "fd:fd address length"},
    [53] = {"socketpair", "domain:family type:socket protocol:int fds"},
    [54] = {"setsockopt", "fd:fd level:int option:int value length:size"},
    [55] = {"getsockopt", "fd:fd level:int option:int value length"},
    [56] = {"clone", "flags:clone stack parent_tid child_tid tls"},
    [57] = {"fork", ""},
    [58] = {"vfork", ""},
    [59] = {"execve", "path:path argv env"},
    [60] = {"exit", "status:int"},
    [61] = {"wait4", "pid:int status options:wait usage"},
    [62] = {"kill", "pid:int signal:signal"},
    [63] = {"uname", "buffer"},
    [64] = {"semget", "key count:int flags"},
    [65] = {"semop", "id:int operations count:size"},
    [66] = {"semctl", "id:int number:int command:int argument"},
    [67] = {"shmdt", "address"},
    [68] = {"msgget", "key flags"},
    [69] = {"msgsnd", "id:int message size:size flags"},
    [70] = {"msgrcv", "id:int message size:size type:int flags"},
    [71] = {"msgctl", "id:int command:int buffer"},
    [72] = {"fcntl", "fd:fd command:fcntl argument:open"},
    [73] = {"flock", "fd:fd operation:int"},
    [74] = {"fsync", "fd:fd"},
    [75] = {"fdatasync", "fd:fd"},
    [76] = {"truncate", "path:path length:size"},
    [77] = {"ftruncate", "fd:fd length:size"},
    [78] = {"getdents", "fd:fd buffer count:size"},
    [79] = {"getcwd", "buffer size:size"},
    [80] = {"chdir", "path:path"},
    [81] = {"fchdir", "fd:fd"},
    [82] = {"rename", "old_path:path new_path:path"},
    [83] = {"mkdir", "path:path mode:mode"},
    [84] = {"rmdir", "path:path"},
    [85] = {"creat", "path:path mode:mode"},
    [86] = {"link", "old_path:path new_path:path"},
    [87] = {"unlink", "path:path"},
    [88] = {"symlink", "content:path path:path"},
    [89] = {"readlink", "path:path buffer size:size"},
    [90] = {"chmod", "path:path mode:mode"},
    [91] = {"fchmod", "fd:fd mode:mode"},
    [92] = {"chown", "path:path user:int group:int"},
    [93] = {"fchown", "fd:fd user:int group:int"},
    [94] = {"lchown", "path:path user:int group:int"},
    [95] = {"umask", "mode:mode"},
    [96] = {"gettimeofday", "time zone"},
    [97] = {"getrlimit", "resource:resource limit"},
    [98] = {"getrusage", "who:rusage usage"},
    [99] = {"sysinfo", "buffer"},
    [100] = {"times", "buffer"},
    [101] = {"ptrace", "request:ptrace pid:int address data"},
    [102] = {"getuid", ""},
    [103] = {"syslog", "command:int buffer length:size"},
    [104] = {"getgid", ""},
    [105] = {"setuid", "user:int"},
    [106] = {"setgid", "group:int"},
    [107] = {"geteuid", ""},
    [108] = {"getegid", ""},
    [109] = {"setpgid", "pid:int group:int"},
    [110] = {"getppid", ""},
    [111] = {"getpgrp", ""},
    [112] = {"setsid", ""},
    [113] = {"setreuid", "real:int effective:int"},
    [114] = {"setregid", "real:int effective:int"},
    [115] = {"getgroups", "count:int list"},
    [116] = {"setgroups", "count:int list"},
    [117] = {"setresuid", "real:int effective:int saved:int"},
    [118] = {"getresuid", "real effective saved"},
    [119] = {"setresgid", "real:int effective:int saved:int"},
    [120] = {"getresgid", "real effective saved"},
    [121] = {"getpgid", "pid:int"},
    [122] = {"setfsuid", "user:int"},
    [123] = {"setfsgid", "group:int"},
    [124] = {"getsid", "pid:int"},
    [125] = {"capget", "header data"},
    [126] = {"capset", "header data"},
    [127] = {"rt_sigpending", "set set_size:size"},
    [128] = {"rt_sigtimedwait", "set information timeout set_size:size"},
    [129] = {"rt_sigqueueinfo", "pid:int signal:signal information"},
    [130] = {"rt_sigsuspend", "set set_size:size"},
    [131] = {"sigaltstack", "stack old_stack"},
    [132] = {"utime", "path:path times"},
    [133] = {"mknod", "path:path mode:mode device"},
    [134] = {"uselib", "path:path"},
    [135] = {"personality", "persona:personality"},
    [136] = {"ustat", "device buffer"},
    [137] = {"statfs", "path:path buffer"},
    [138] = {"fstatfs", "fd:fd buffer"},
    [139] = {"sysfs", "option:int first second"},
    [140] = {"getpriority", "which:int who:int"},
    [141] = {"setpriority", "which:int who:int priority:int"},
    [142] = {"sched_setparam", "pid:int parameter"},
    [143] = {"sched_getparam", "pid:int parameter"},
    [144] = {"sched_setscheduler", "pid:int policy:int parameter"},
    [145] = {"sched_getscheduler", "pid:int"},
    [146] = {"sched_get_priority_max", "policy:int"},
    [147] = {"sched_get_priority_min", "policy:int"},
    [148] = {"sched_rr_get_interval", "pid:int interval"},
    [149] = {"mlock", "address length:size"},
    [150] = {"munlock", "address length:size"},
    [151] = {"mlockall", "flags"},
    [152] = {"munlockall", ""},
    [153] = {"vhangup", ""},
    [154] = {"modify_ldt", "function:int pointer count:size"},
    [155] = {"pivot_root", "new_root:path old_root:path"},
    [156] = {"_sysctl", "arguments"},
    [157] = {"prctl", "option:prctl argument2 argument3 argument4 argument5"},
    [158] = {"arch_prctl", "code:arch_prctl address"},
    [159] = {"adjtimex", "buffer"},
    [160] = {"setrlimit", "resource:resource limit"},
    [161] = {"chroot", "path:path"},
    [162] = {"sync", ""},
    [163] = {"acct", "path:path"},
    [164] = {"settimeofday", "time zone"},
    [165] = {"mount", "source:path target:path type:path flags data"},
    [166] = {"umount2", "target:path flags"},
    [167] = {"swapon", "path:path flags"},
    [168] = {"swapoff", "path:path"},
    [169] = {"reboot", "magic magic2 command argument"},
    [170] = {"sethostname", "name length:size"},
    [171] = {"setdomainname", "name length:size"},
    [172] = {"iopl", "level:int"},
    [173] = {"ioperm", "from count:size on:int"},
    [174] = {"create_module", ""},
    [175] = {"init_module", "image length:size parameters"},
    [176] = {"delete_module", "name:path flags"},
    [177] = {"get_kernel_syms", ""},
    [178] = {"query_module", ""},
    [179] = {"quotactl", "command device id:int address"},
    [180] = {"nfsservctl", ""},
    [181] = {"getpmsg", ""},
    [182] = {"putpmsg", ""},
    [183] = {"afs_syscall", ""},
    [184] = {"tuxcall", ""},
    [185] = {"security", ""},
    [186] = {"gettid", ""},
    [187] = {"readahead", "fd:fd offset:size count:size"},
    [188] = {"setxattr", "path:path name:path value size:size flags"},
    [189] = {"lsetxattr", "path:path name:path value size:size flags"},
    [190] = {"fsetxattr", "fd:fd name:path value size:size flags"},
    [191] = {"getxattr", "path:path name:path value size:size"},
    [192] = {"lgetxattr", "path:path name:path value size:size"},
    [193] = {"fgetxattr", "fd:fd name:path value size:size"},
    [194] = {"listxattr", "path:path list size:size"},
    [195] = {"llistxattr", "path:path list size:size"},
    [196] = {"flistxattr", "fd:fd list size:size"},
    [197] = {"removexattr", "path:path name:path"},
    [198] = {"lremovexattr", "path:path name:path"},
    [199] = {"fremovexattr", "fd:fd name:path"},
    [200] = {"tkill", "tid:int signal:signal"},
    [201] = {"time", "time"},
    [202] = {"futex", "address operation:futex value:int timeout address2 value3:int"},
    [203] = {"sched_setaffinity", "pid:int size:size mask"},
    [204] = {"sched_getaffinity", "pid:int size:size mask"},
    [205] = {"set_thread_area", ""},
    [206] = {"io_setup", "count:size handle"},
    [207] = {"io_destroy", "handle"},
    [208] = {"io_getevents", "handle least:size most:size events timeout"},
    [209] = {"io_submit", "handle count:size blocks"},
    [210] = {"io_cancel", "handle block result"},
    [211] = {"get_thread_area", ""},
    [212] = {"lookup_dcookie", "cookie buffer length:size"},
    [213] = {"epoll_create", "size:int"},
    [214] = {"epoll_ctl_old", ""},
    [215] = {"epoll_wait_old", ""},
    [216] = {"remap_file_pages", "address size:size prot:prot offset:size flags"},
    [217] = {"getdents64", "fd:fd buffer count:size"},
    [218] = {"set_tid_address", "address"},
    [219] = {"restart_syscall", ""},
    [220] = {"semtimedop", "id:int operations count:size timeout"},
    [221] = {"fadvise64", "fd:fd offset:size length:size advice:int"},
    [222] = {"timer_create", "clock:clock event timer"},
    [223] = {"timer_settime", "timer:int flags value old_value"},
    [224] = {"timer_gettime", "timer:int value"},
    [225] = {"timer_getoverrun", "timer:int"},
    [226] = {"timer_delete", "timer:int"},
    [227] = {"clock_settime", "clock:clock time"},
    [228] = {"clock_gettime", "clock:clock time"},
    [229] = {"clock_getres", "clock:clock resolution"},
    [230] = {"clock_nanosleep", "clock:clock flags request remaining"},
    [231] = {"exit_group", "status:int"},
    [232] = {"epoll_wait", "epoll_fd:fd events count:int timeout:int"},
    [233] = {"epoll_ctl", "epoll_fd:fd operation:epoll fd:fd event"},
    [234] = {"tgkill", "pid:int tid:int signal:signal"},
    [235] = {"utimes", "path:path times"},
    [236] = {"vserver", ""},
    [237] = {"mbind", "address length:size mode:int mask mask_size:size flags"},
    [238] = {"set_mempolicy", "mode:int mask mask_size:size"},
    [239] = {"get_mempolicy", "mode mask mask_size:size address flags"},
    [240] = {"mq_open", "name:path flags:open mode:mode attributes"},
    [241] = {"mq_unlink", "name:path"},
    [242] = {"mq_timedsend", "fd:fd message length:size priority:size timeout"},
    [243] = {"mq_timedreceive", "fd:fd message length:size priority timeout"},
    [244] = {"mq_notify", "fd:fd event"},
    [245] = {"mq_getsetattr", "fd:fd attributes old_attributes"},
    [246] = {"kexec_load", "entry count:size segments flags"},
    [247] = {"waitid", "type:int id:int information options:wait usage"},
    [248] = {"add_key", "type description payload length:size keyring:int"},
    [249] = {"request_key", "type description information keyring:int"},
    [250] = {"keyctl", "operation:int argument2 argument3 argument4 argument5"},
    [251] = {"ioprio_set", "which:int who:int priority:int"},
    [252] = {"ioprio_get", "which:int who:int"},
    [253] = {"inotify_init", ""},
    [254] = {"inotify_add_watch", "fd:fd path:path mask"},
    [255] = {"inotify_rm_watch", "fd:fd watch:int"},
    [256] = {"migrate_pages", "pid:int mask_size:size old_nodes new_nodes"},
    [257] = {"openat", "dirfd:fd path:path flags:open mode:mode"},
    [258] = {"mkdirat", "dirfd:fd path:path mode:mode"},
    [259] = {"mknodat", "dirfd:fd path:path mode:mode device"},
    [260] = {"fchownat", "dirfd:fd path:path user:int group:int flags:at"},
    [261] = {"futimesat", "dirfd:fd path:path times"},
    [262] = {"newfstatat", "dirfd:fd path:path status flags:at"},
    [263] = {"unlinkat", "dirfd:fd path:path flags:at"},
    [264] = {"renameat", "old_dirfd:fd old_path:path new_dirfd:fd new_path:path"},
    [265] = {"linkat", "old_dirfd:fd old_path:path new_dirfd:fd new_path:path flags:at"},
    [266] = {"symlinkat", "content:path dirfd:fd path:path"},
    [267] = {"readlinkat", "dirfd:fd path:path buffer size:size"},
    [268] = {"fchmodat", "dirfd:fd path:path mode:mode"},
    [269] = {"faccessat", "dirfd:fd path:path mode:access"},
    [270] = {"pselect6", "count:int read_set write_set except_set timeout mask"},
    [271] = {"ppoll", "fds count:size timeout mask set_size:size"},
    [272] = {"unshare", "flags:clone"},
    [273] = {"set_robust_list", "head length:size"},
    [274] = {"get_robust_list", "pid:int head length"},
    [275] = {"splice", "in_fd:fd in_offset out_fd:fd out_offset length:size flags"},
    [276] = {"tee", "in_fd:fd out_fd:fd length:size flags"},
    [277] = {"sync_file_range", "fd:fd offset:size length:size flags"},
    [278] = {"vmsplice", "fd:fd vector count:size flags"},
    [279] = {"move_pages", "pid:int count:size pages nodes status flags"},
    [280] = {"utimensat", "dirfd:fd path:path times flags:at"},
    [281] = {"epoll_pwait", "epoll_fd:fd events count:int timeout:int mask set_size:size"},
    [282] = {"signalfd", "fd:fd mask set_size:size"},
    [283] = {"timerfd_create", "clock:clock flags:open"},
    [284] = {"eventfd", "count:size"},
    [285] = {"fallocate", "fd:fd mode:int offset:size length:size"},
    [286] = {"timerfd_settime", "fd:fd flags value old_value"},
    [287] = {"timerfd_gettime", "fd:fd value"},
    [288] = {"accept4", "fd:fd address length flags"},
    [289] = {"signalfd4", "fd:fd mask set_size:size flags:open"},
    [290] = {"eventfd2", "count:size flags:eventfd"},
    [291] = {"epoll_create1", "flags:open"},
    [292] = {"dup3", "fd:fd new_fd:fd flags:open"},
    [293] = {"pipe2", "fds flags:open"},
    [294] = {"inotify_init1", "flags:open"},
    [295] = {"preadv", "fd:fd vector count:size offset_low offset_high"},
    [296] = {"pwritev", "fd:fd vector count:size offset_low offset_high"},
    [297] = {"rt_tgsigqueueinfo", "pid:int tid:int signal:signal information"},
    [298] = {"perf_event_open", "attributes pid:int cpu:int group_fd:fd flags"},
    [299] = {"recvmmsg", "fd:fd messages count:size flags timeout"},
    [300] = {"fanotify_init", "flags event_flags:open"},
    [301] = {"fanotify_mark", "fd:fd flags mask dirfd:fd path:path"},
    [302] = {"prlimit64", "pid:int resource:resource new_limit old_limit"},
    [303] = {"name_to_handle_at", "dirfd:fd path:path handle mount_id flags:at"},
    [304] = {"open_by_handle_at", "mount_fd:fd handle flags:open"},
    [305] = {"clock_adjtime", "clock:clock buffer"},
    [306] = {"syncfs", "fd:fd"},
    [307] = {"sendmmsg", "fd:fd messages count:size flags"},
    [308] = {"setns", "fd:fd type:clone"},
    [309] = {"getcpu", "cpu node unused"},
    [310] = {"process_vm_readv", "pid:int local local_count:size remote remote_count:size flags"},
    [311] = {"process_vm_writev", "pid:int local local_count:size remote remote_count:size flags"},
    [312] = {"kcmp", "pid1:int pid2:int type:int index1 index2"},
    [313] = {"finit_module", "fd:fd parameters flags"},
    [314] = {"sched_setattr", "pid:int attributes flags"},
    [315] = {"sched_getattr", "pid:int attributes size:size flags"},
    [316] = {"renameat2", "old_dirfd:fd old_path:path new_dirfd:fd new_path:path flags"},
    [317] = {"seccomp", "operation:int flags arguments"},
    [318] = {"getrandom", "buffer count:size flags:random"},
    [319] = {"memfd_create", "name:path flags:memfd"},
    [320] = {"kexec_file_load", "kernel_fd:fd initrd_fd:fd length:size command_line flags"},
    [321] = {"bpf", "command:int attributes size:size"},
    [322] = {"execveat", "dirfd:fd path:path argv env flags:at"},
    [323] = {"userfaultfd", "flags:open"},
    [324] = {"membarrier", "command:int flags cpu:int"},
    [325] = {"mlock2", "address length:size flags"},
    [326] = {"copy_file_range", "in_fd:fd in_offset out_fd:fd out_offset length:size flags"},
    [327] = {"preadv2", "fd:fd vector count:size offset_low offset_high flags"},
    [328] = {"pwritev2", "fd:fd vector count:size offset_low offset_high flags"},
    [329] = {"pkey_mprotect", "address length:size prot:prot key:int"},
    [330] = {"pkey_alloc", "flags rights"},
    [331] = {"pkey_free", "key:int"},
    [332] = {"statx", "dirfd:fd path:path flags:at mask status"},
    [333] = {"io_pgetevents", "handle least:size most:size events timeout mask"},
    [334] = {"rseq", "area length:size flags signature"},
    [424] = {"pidfd_send_signal", "pidfd:fd signal:signal information flags"},
    [425] = {"io_uring_setup", "entries:size parameters"},
    [426] = {"io_uring_enter", "fd:fd submit:size complete:size flags mask size:size"},
    [427] = {"io_uring_register", "fd:fd operation:int argument count:size"},
    [428] = {"open_tree", "dirfd:fd path:path flags"},
    [429] = {"move_mount", "from_dirfd:fd from_path:path to_dirfd:fd to_path:path flags"},
    [430] = {"fsopen", "name:path flags"},
    [431] = {"fsconfig", "fd:fd command:int key value argument:int"},
    [432] = {"fsmount", "fd:fd flags attributes"},
    [433] = {"fspick", "dirfd:fd path:path flags"},
    [434] = {"pidfd_open", "pid:int flags"},
    [435] = {"clone3", "arguments size:size"},
    [436] = {"close_range", "first:size last:size flags"},
    [437] = {"openat2", "dirfd:fd path:path how size:size"},
    [438] = {"pidfd_getfd", "pidfd:fd fd:fd flags"},
    [439] = {"faccessat2", "dirfd:fd path:path mode:access flags:at"},
    [440] = {"process_madvise", "pidfd:fd vector count:size advice:advice flags"},
    [441] = {"epoll_pwait2", "epoll_fd:fd events count:int timeout mask set_size:size"},
    [442] = {"mount_setattr", "dirfd:fd path:path flags:at attributes size:size"},
    [443] = {"quotactl_fd", "fd:fd command id:int address"},
    [444] = {"landlock_create_ruleset", "attributes size:size flags"},
    [445] = {"landlock_add_rule", "ruleset_fd:fd type:int attributes flags"},
    [446] = {"landlock_restrict_self", "ruleset_fd:fd flags"},
    [447] = {"memfd_secret", "flags:open"},
    [448] = {"process_mrelease", "pidfd:fd flags"},
    [449] = {"futex_waitv", "waiters count:size flags timeout clock:clock"},
};

/* How the texts above spell the kinds. */
static const char *const kind_names[DP_KIND_COUNT] = {
    [DP_KIND_WORD] = "word",
    [DP_KIND_SIZE] = "size",
    [DP_KIND_INT] = "int",
    [DP_KIND_FD] = "fd",
    [DP_KIND_MODE] = "mode",
    [DP_KIND_PROT] = "prot",
    [DP_KIND_MAP] = "map",
    [DP_KIND_MREMAP] = "mremap",
    [DP_KIND_ADVICE] = "advice",
    [DP_KIND_OPEN] = "open",
    [DP_KIND_AT] = "at",
    [DP_KIND_ACCESS] = "access",
    [DP_KIND_CLONE] = "clone",
    [DP_KIND_FUTEX] = "futex",
    [DP_KIND_SIGNAL] = "signal",
    [DP_KIND_SIGMASK_HOW] = "how",
    [DP_KIND_CLOCK] = "clock",
    [DP_KIND_FAMILY] = "family",
    [DP_KIND_SOCKET_TYPE] = "socket",
    [DP_KIND_FCNTL] = "fcntl",
    [DP_KIND_IOCTL] = "ioctl",
    [DP_KIND_PRCTL] = "prctl",
    [DP_KIND_ARCH_PRCTL] = "arch_prctl",
    [DP_KIND_RESOURCE] = "resource",
    [DP_KIND_PTRACE] = "ptrace",
    [DP_KIND_WHENCE] = "whence",
    [DP_KIND_EPOLL_OP] = "epoll",
    [DP_KIND_EVENTFD] = "eventfd",
    [DP_KIND_RANDOM] = "random",
    [DP_KIND_RUSAGE] = "rusage",
    [DP_KIND_WAIT] = "wait",
    [DP_KIND_MEMFD] = "memfd",
    [DP_KIND_PERSONALITY] = "personality",
    [DP_KIND_PATH] = "path",
    [DP_KIND_SOCKET_ADDRESS] = "socket_address",
};

bool dp_syscall_is_known(int64_t number)
{
    return number >= 0 && number <= DP_SYSCALL_NEWEST &&
           !(number >= GAP_FIRST && number <= GAP_LAST);
}

const char *dualpipe_syscall_name(int number)
{
    return dp_syscall_is_known(number) ? calls[number].name : NULL;
}

static bool is_word(const char *text, const char *word, size_t length)
{
    /* Nearly all differ in the first character already. */
    return length > 0 && text[0] == word[0] && strncmp(text, word, length) == 0 &&
           text[length] == '\0';
}

int dp_syscall_number(const char *name, size_t length)
{
    int number;

    for (number = 0; number <= DP_SYSCALL_NEWEST; number++) {
        if (calls[number].name && is_word(calls[number].name, name, length))
            return number;
    }
    return -1;
}

static enum dp_kind find_kind(const char *name, size_t length)
{
    unsigned kind;

    for (kind = 0; kind < DP_KIND_COUNT; kind++) {
        if (is_word(kind_names[kind], name, length))
            return (enum dp_kind)kind;
    }
    return DP_KIND_WORD;
}

bool dp_syscall_argument_at(int number, unsigned index, struct dp_argument *argument)
{
    const char *at;
    unsigned i;

    if (!dp_syscall_is_known(number))
        return false;
    at = calls[number].arguments;
    for (i = 0; i < index && *at; i++)
        at += strcspn(at, " ") + (strchr(at, ' ') ? 1 : 0);
    if (!*at)
        return false;
    argument->name = at;
    argument->length = strcspn(at, " :");
    argument->index = index;
    argument->kind = DP_KIND_WORD;
    at += argument->length;
    if (*at == ':')
        argument->kind = find_kind(at + 1, strcspn(at + 1, " "));
    return true;
}

bool dp_syscall_argument_named(int number, const char *name, size_t length,
                               struct dp_argument *argument)
{
    unsigned index;

    for (index = 0; dp_syscall_argument_at(number, index, argument); index++) {
        if (argument->length == length && memcmp(argument->name, name, length) == 0)
            return true;
    }
    /* "arg0" to "arg5", as the formats of others have it, for any call. */
    if (length != 4 || memcmp(name, "arg", 3) != 0 || name[3] < '0' || name[3] > '5')
        return false;
    *argument = (struct dp_argument){name, length, (unsigned)(name[3] - '0'), DP_KIND_WORD};
    return dp_syscall_is_known(number);
}
