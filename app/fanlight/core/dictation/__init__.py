"""Speech input and output: push-to-talk, hands-free, spoken answers."""
