"""PortAudio: microphone, loudspeaker, levels. No Qt."""
