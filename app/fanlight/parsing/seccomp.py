"""A seccomp filter for a parsing process: no sockets, no programs, no other processes, no changes to files.

What is forbidden is listed, rather than what is allowed: libraries and kernels bring new harmless calls every year,
and a decoder that needs one must go on. Reading and memory, threads, and the packets on the socket that is already open
stay. Numbers: the kernel's tables for x86-64 and AArch64 (-1: there is no such call).
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import struct

_ARCHITECTURES = {"x86_64": (0, 0xC000_003E), "aarch64": (1, 0xC000_00B7)}
"""Column in the tables, and AUDIT_ARCH."""

_FORBIDDEN: dict[str, tuple[int, int]] = {
    # the network, and other programs
    "socket": (41, 198), "socketpair": (53, 199), "connect": (42, 203), "bind": (49, 200), "listen": (50, 201),
    "accept": (43, 202), "accept4": (288, 242), "sendto": (44, 206), "sendmmsg": (307, 269),
    "execve": (59, 221), "execveat": (322, 281), "fork": (57, -1), "vfork": (58, -1), "kill": (62, 129),
    "tkill": (200, 130), "rt_sigqueueinfo": (129, 138), "rt_tgsigqueueinfo": (297, 240), "pidfd_open": (434, 434),
    "pidfd_getfd": (438, 438), "pidfd_send_signal": (424, 424), "ptrace": (101, 117), "kcmp": (312, 272),
    "process_vm_readv": (310, 270), "process_vm_writev": (311, 271), "shmget": (29, 194), "shmat": (30, 196),
    "shmctl": (31, 195), "msgget": (68, 186), "semget": (64, 190), "mq_open": (240, 180),
    # files
    "creat": (85, -1), "unlink": (87, -1), "unlinkat": (263, 35), "rename": (82, -1), "renameat": (264, 38),
    "renameat2": (316, 276), "mkdir": (83, -1), "mkdirat": (258, 34), "rmdir": (84, -1), "link": (86, -1),
    "linkat": (265, 37), "symlink": (88, -1), "symlinkat": (266, 36), "mknod": (133, -1), "mknodat": (259, 33),
    "chmod": (90, -1), "fchmod": (91, 52), "fchmodat": (268, 53), "fchmodat2": (452, 452), "chown": (92, -1),
    "lchown": (94, -1), "fchown": (93, 55), "fchownat": (260, 54), "truncate": (76, 45), "utime": (132, -1),
    "utimes": (235, -1), "futimesat": (261, -1), "utimensat": (280, 88), "setxattr": (188, 5), "lsetxattr": (189, 6),
    "fsetxattr": (190, 7), "removexattr": (197, 14), "lremovexattr": (198, 15), "fremovexattr": (199, 16),
    "inotify_init": (253, -1), "inotify_init1": (294, 26), "fanotify_init": (300, 262),
    "name_to_handle_at": (303, 264), "open_by_handle_at": (304, 265),
    # the system
    "mount": (165, 40), "umount2": (166, 39), "pivot_root": (155, 41), "chroot": (161, 51), "unshare": (272, 97),
    "setns": (308, 268), "open_tree": (428, 428), "move_mount": (429, 429), "fsopen": (430, 430),
    "fsconfig": (431, 431), "fsmount": (432, 432), "fspick": (433, 433), "mount_setattr": (442, 442),
    "bpf": (321, 280), "perf_event_open": (298, 241), "userfaultfd": (323, 282), "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426), "io_uring_register": (427, 427), "add_key": (248, 217), "request_key": (249, 218),
    "keyctl": (250, 219), "init_module": (175, 105), "finit_module": (313, 273), "delete_module": (176, 106),
    "kexec_load": (246, 104), "kexec_file_load": (320, 294), "reboot": (169, 142), "swapon": (167, 224),
    "swapoff": (168, 225), "acct": (163, 89), "quotactl": (179, 60), "settimeofday": (164, 170),
    "clock_settime": (227, 112), "clock_adjtime": (305, 266), "adjtimex": (159, 171), "sethostname": (170, 161),
    "setdomainname": (171, 162), "syslog": (103, 116), "iopl": (172, -1), "ioperm": (173, -1), "personality": (135, 92),
}  # fmt: skip
_OPEN, _OPENAT, _OPENAT2 = (2, -1), (257, 56), (437, 437)
_CLONE, _CLONE3, _TGKILL, _PRLIMIT = (56, 220), (435, 435), (234, 131), (302, 261)
_IOCTL = (16, 29)
_SECCOMP = (317, 277)

_CLONE_THREAD = 0x10000
_TYPE_INTO_TERMINAL = 0x5412
_CHANGES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_X32 = 0x4000_0000
"""Calls of x86-64's 32-bit variant start here: the same calls under other numbers."""

_ALLOW, _ERRNO, _KILL = 0x7FFF_0000, 0x0005_0000, 0x8000_0000
_LOAD, _EQUAL, _LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_NUMBER, _ARCHITECTURE, _ARGUMENT, _ARGUMENT_2 = 0, 4, 16, 32
_TSYNC, _FULL_SPEED = 1, 4
"""For all threads; and without the slower loads that kernels before 5.16 give every process with a filter."""
_NO_NEW_PRIVILEGES = 38

Instruction = tuple[int, int, int, int]


def install(*, opens_device: bool = False) -> bool:
    """Whether the filter is in force, for all threads of this process. The calling process cannot undo it, but make it
    stricter. `opens_device`: files may still be opened to be written to."""
    table = _ARCHITECTURES.get(platform.machine())
    if table is None or not no_new_privileges():
        return False
    column, architecture = table
    code = b"".join(struct.pack("=HBBI", *one) for one in program(column, architecture, os.getpid(), opens_device))
    buffer = ctypes.create_string_buffer(code, len(code))
    # struct sock_fprog: the number of instructions, and where they are
    head = struct.pack("@HP", len(code) // 8, ctypes.addressof(buffer))
    libc = ctypes.CDLL(None, use_errno=True)
    call = _SECCOMP[column]
    return any(libc.syscall(call, 1, how, ctypes.c_char_p(head)) == 0 for how in (_TSYNC | _FULL_SPEED, _TSYNC))


def no_new_privileges() -> bool:
    """No program that this process starts gains rights; a condition of seccomp and Landlock."""
    return bool(ctypes.CDLL(None, use_errno=True).prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0) == 0)


def program(column: int, architecture: int, pid: int, opens_device: bool = False) -> list[Instruction]:
    """Instructions as (code, jump if true, jump if false, operand)."""
    refuse, unknown = (_RETURN, 0, 0, _ERRNO | errno.EPERM), (_RETURN, 0, 0, _ERRNO | errno.ENOSYS)
    allow = (_RETURN, 0, 0, _ALLOW)
    code: list[Instruction] = [
        (_LOAD, 0, 0, _ARCHITECTURE), (_EQUAL, 1, 0, architecture), (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _NUMBER),
    ]  # fmt: skip
    if column == 0:
        code += [(_LEAST, 0, 1, _X32), refuse]
    for call in (_CLONE3, _OPENAT2):  # their arguments are in memory, out of a filter's sight; libraries try the older
        code += [(_EQUAL, 0, 1, call[column]), unknown]
    checked = [
        (_CLONE, _ARGUMENT, _ANY_BIT, _CLONE_THREAD, True),
        (_TGKILL, _ARGUMENT, _EQUAL, pid, True),
        (_PRLIMIT, _ARGUMENT, _EQUAL, 0, True),
        (_IOCTL, _ARGUMENT + 8, _EQUAL, _TYPE_INTO_TERMINAL, False),
    ]
    if not opens_device:
        checked += [
            (_OPENAT, _ARGUMENT_2, _ANY_BIT, _CHANGES, False),
            (_OPEN, _ARGUMENT + 8, _ANY_BIT, _CHANGES, False),
        ]
    for call, argument, test, operand, wanted in checked:
        if call[column] >= 0:
            code += [
                (_EQUAL, 0, 4, call[column]),
                (_LOAD, 0, 0, argument),
                (test, int(not wanted), int(wanted), operand),
            ]
            code += [allow, refuse]
    numbers = [pair[column] for pair in _FORBIDDEN.values() if pair[column] >= 0]
    code += [(_EQUAL, len(numbers) - at, 0, number) for at, number in enumerate(numbers)]
    return [*code, allow, refuse]
