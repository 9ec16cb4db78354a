"""NOT RUN. Where PyInstaller's program begins. Parsing and fetching processes are started by `sys.executable -m …`,
which is this program there."""

import runpy
import sys

if sys.argv[1:2] == ["-m"]:
    name = sys.argv[2]
    sys.argv[:3] = [name]
    runpy.run_module(name, run_name="__main__", alter_sys=True)
else:
    from fanlight.__main__ import main

    sys.exit(main())
