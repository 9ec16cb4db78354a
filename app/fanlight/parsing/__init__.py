"""Processes that decode strangers' files: confined, with limits, and replaced when one of them dies. No Qt.

Pictures, sound, and video are decoded by large C libraries, on input that anybody may have made. `pool.run` calls a
function in such a process (`child.py`); what comes back are numbers, texts, and bytes, which the caller checks.
"""
