"""Speech input and output: push-to-talk, hands-free, dictation into other programs, spoken answers."""
