"""What stands on drawn screens: sentences, program output, code, form entries and table rows, from a seed."""

from __future__ import annotations

import random

BUTTONS = ("OK", "Cancel", "Apply", "Close", "Save As...", "Don't Save", "Retry", "Learn More", "Skip", "Yes", "No")
HEADINGS = ("Date", "Description", "Quantity", "Price", "Total")

_TITLES = (
    "Unsaved Changes", "Network Settings", "Export to PDF", "Printer Not Found", "Account Details", "Update Available",
    "Preferences - Editor", "Confirm File Replace", "Shipping Address", "Backup & Restore", "Invoice #20417",
)  # fmt: skip
_SENTENCES = (
    'The file "report-2024.xlsx" was changed by another program.',
    "Do you want to save your changes before closing?",
    "If you don't save, everything since 14:35 will be lost.",
    "Version 3.11.2 is ready to install; you have version 3.9.8.",
    "There is not enough space on drive C: (1.4 GB needed, 812 MB free).",
    "Error 0x80070057: The parameter is incorrect.",
    "The connection to mail.example.org:993 timed out after 30 seconds.",
    "Your trial ends in 7 days. Prices start at $4.99/month.",
    "Permission denied while writing to /var/lib/app/cache.db.",
    "This action can't be undone. 128 items will be removed permanently.",
    "Müller & Söhne GmbH, Königstraße 12, 70173 Stuttgart",
    "Le fichier a été déplacé ou supprimé. Où est-il passé ?",
    "Please contact support@example.com and mention ticket QX-7731.",
    "All of the selected photos will be copied to the new album.",
)
_OPTIONS = (
    "Don't ask me again", "Remember this choice", "Open the folder when done", "Include hidden files (*.tmp)",
    "Use a proxy server for HTTP and HTTPS", "Send anonymous statistics", "Keep both files", "Show line numbers",
)  # fmt: skip
_OUTPUT = (
    "$ git status --short", " M src/main.c", "?? notes.txt", "$ make -j8 all",
    "gcc -O2 -Wall -Wextra -c parser.c -o build/parser.o",
    "parser.c:214:17: warning: unused variable 'len' [-Wunused-variable]",
    "drwxr-xr-x  5 root root  4096 Jan 12 09:41 ..", "-rw-r--r--  1 anna users 18234 Mar  3 17:05 README.md",
    "Traceback (most recent call last):", '  File "/srv/app/run.py", line 42, in <module>',
    "KeyError: 'user_id'", "npm ERR! code ENOENT", "npm ERR! path /home/anna/site/package.json",
    "64 bytes from 192.168.1.1: icmp_seq=3 ttl=64 time=0.512 ms",
    "Filesystem      Size  Used Avail Use% Mounted on", "/dev/sda1        98G   61G   33G  66% /",
    "CONTAINER ID   IMAGE          STATUS", "f3a9c01b77de   postgres:16    Up 3 hours",
    "2024-05-17T08:12:55Z INFO  server listening on 0.0.0.0:8080",
    "2024-05-17T08:13:02Z ERROR query failed: timeout after 5000ms", "anna@host:~/projects$ ls -la | grep '^d'",
    "real    0m12.480s", "Successfully installed numpy-1.26.4", "error[E0382]: borrow of moved value: `config`",
    "  --> src/lib.rs:88:21",
)  # fmt: skip
_CODE = (
    "import os", "from pathlib import Path", "", "def load(path: Path) -> dict[str, int]:",
    '    """Counts by name; raises OSError."""', "    counts: dict[str, int] = {}", "    for line in path.open():",
    "        name, _, rest = line.partition('=')", "        if not rest.strip():", "            continue",
    "        counts[name] = counts.get(name, 0) + int(rest)", "    return counts", "",
    "class Point:", "    def __init__(self, x: float, y: float) -> None:", "        self.x, self.y = x, y",
    "    def length(self) -> float:", "        return (self.x ** 2 + self.y ** 2) ** 0.5", "",
    "if __name__ == \"__main__\":", "    print(load(Path(os.environ['DATA'])))", "# TODO: handle empty files",
    "for (int i = 0; i < n; ++i) {", "    total += values[i] * weights[i];", "}",
    "const url = `${base}/v2/items?id=${id}`;", "SELECT name, COUNT(*) FROM users GROUP BY name;",
    "    return a && !b || c != 0x1F;", "x = [i * 2 for i in range(10) if i % 3]",
)  # fmt: skip
_ENTRIES = (
    ("First name", "Anna-Lena", "As it is written in your passport"),
    ("Email", "anna.meyer@example.com", "We never share it"),
    ("Street", "221B Baker Street", "No P.O. boxes"),
    ("Postal code", "NW1 6XE", "5 to 9 characters"),
    ("Phone", "+44 20 7946 0958", "With country code"),
    ("IBAN", "DE89 3704 0044 0532 0130 00", "22 characters"),
    ("Date of birth", "1987-11-30", "YYYY-MM-DD"),
    ("Password", "8 characters or more", "Upper and lower case, digits"),
    ("Server", "https://cloud.example.org:8443", "Include the port"),
    ("Interface", "eth0 (1000 Mbit/s)", "Wired"),
    ("Time zone", "Europe/Berlin (UTC+01:00)", "Changes with summer time"),
    ("Amount", "1,249.00 EUR", "Taxes included"),
)
_GOODS = (
    "USB-C cable 2 m", "Desk lamp, black", "Paper A4 (500)", "Coffee beans 1 kg", "Office chair", "Monitor 27\"",
    "Battery AA x 8", "Notebook, ruled", "HDMI adapter", "Keyboard (DE)", "Toner 85A", "Webcam 1080p",
)  # fmt: skip


def title(chance: random.Random) -> str:
    return chance.choice(_TITLES)


def paragraph(chance: random.Random) -> str:
    return " ".join(chance.sample(_SENTENCES, chance.randint(1, 2)))


def option(chance: random.Random) -> str:
    return chance.choice(_OPTIONS)


def output(chance: random.Random) -> str:
    return chance.choice(_OUTPUT)


def code(chance: random.Random, lines: int) -> list[str]:
    start = chance.randrange(len(_CODE))
    return [_CODE[(start + i) % len(_CODE)] for i in range(lines)]


def entry(chance: random.Random) -> tuple[str, str, str]:
    """Label, value, hint."""
    return chance.choice(_ENTRIES)


def record(chance: random.Random) -> tuple[str, ...]:
    """A cell for each of HEADINGS."""
    quantity, cents = chance.randint(1, 40), chance.randint(99, 39999)
    day = f"{chance.randint(1, 28):02d}.{chance.randint(1, 12):02d}.2024"
    price, total = f"{cents / 100:,.2f}", f"{quantity * cents / 100:,.2f}"
    return day, chance.choice(_GOODS), str(quantity), price, total
