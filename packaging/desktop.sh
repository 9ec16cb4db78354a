#!/bin/sh
# Fanlight among the programs of the desktop, for this user alone:
#
#   sh packaging/desktop.sh install [PROGRAM]   PROGRAM is the fanlight to start, .venv/bin/fanlight otherwise
#   sh packaging/desktop.sh uninstall
#
# The name of the file is Fanlight's app id: portals (keys and pictures of the screen on Wayland) ask for it.
set -eu

ID=org.fanlight.Fanlight
HERE=$(cd "$(dirname "$0")/.." && pwd)
DATA=${XDG_DATA_HOME:-$HOME/.local/share}
ENTRY=$DATA/applications/$ID.desktop
ICON=$DATA/icons/hicolor/scalable/apps/$ID.svg

case "${1:-}" in
    install)
        program=${2:-$HERE/.venv/bin/fanlight}
        [ -x "$program" ] || { echo "There is no $program. make run makes it."; exit 1; }
        mkdir -p "$(dirname "$ENTRY")" "$(dirname "$ICON")"
        # In an Exec line a program stands in quotes: \ " ` $ are escaped there, the line escapes \ once more, % is doubled.
        quoted=$(printf '%s' "$program" | sed -e 's/[\\"`$]/\\&/g' -e 's/\\/\\\\/g' -e 's/%/%%/g')
        plain=$(printf '%s' "$program" | sed -e 's/\\/\\\\/g')
        QUOTED=$quoted PLAIN=$plain awk '
            /^Exec=fanlight/    { sub(/^Exec=fanlight/, ""); print "Exec=\"" ENVIRON["QUOTED"] "\"" $0; next }
            /^TryExec=fanlight/ { print "TryExec=" ENVIRON["PLAIN"]; next }
            { print }' "$HERE/packaging/$ID.desktop" > "$ENTRY.new"
        mv "$ENTRY.new" "$ENTRY"
        cp "$HERE/resources/icons/fanlight.svg" "$ICON"
        echo "Fanlight is among the programs now: $ENTRY"
        ;;
    uninstall)
        rm -f "$ENTRY" "$ICON" "${XDG_CONFIG_HOME:-$HOME/.config}/autostart/$ID.desktop"
        echo "Fanlight is no longer among the programs, and does not start at login."
        ;;
    *)
        echo "sh packaging/desktop.sh install [PROGRAM] | uninstall"
        exit 2
        ;;
esac
command -v update-desktop-database >/dev/null 2>&1 && update-desktop-database -q "$DATA/applications" 2>/dev/null || true
