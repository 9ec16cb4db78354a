#!/bin/sh
# Prints the first Python that is 3.11 or newer and can make a virtual environment; ends with 1 when there is none.
# $PYTHON, where set, is the only one looked at.
for python in ${PYTHON:-python3 python3.13 python3.12 python3.11 python3.14}; do
    if "$python" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
        echo "$python"
        exit 0
    fi
done
exit 1
