#!/bin/sh
# usage: try_hands.sh HOME WORK, with DISPLAY: types a question into the window that try_inside.sh opened, takes pictures
set -eu
home=$1 work=$2
wait_for() {
    tries=0
    until [ -e "$home/$1" ]; do
        [ ! -e "$home/failed" ] && [ $tries -lt 600 ] || exit 1
        tries=$((tries + 1))
        sleep 0.5
    done
}
picture() { command -v import > /dev/null && import -window root "$work/$1.png" || true; }

wait_for window-serves
window=$(xdotool search --sync --onlyvisible --class fanlight | head -1)
sleep 2
xdotool windowfocus --sync "$window" || true
sleep 1
xdotool type --delay 40 "How many shapes are there?"
sleep 1
xdotool key Return
touch "$home/typed"
wait_for captured
sleep 4
picture captured
[ "$(xdotool search --onlyvisible --class fanlight | wc -l)" -ge 2 ] || { echo "no panel beside the window"; exit 1; }
touch "$home/panel-seen"
