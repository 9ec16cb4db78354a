#!/bin/sh
# usage: try_hands.sh HOME WORK SPEECH, with DISPLAY: what somebody does with the window that try_inside.sh opened: drops a
# picture, types a question, holds a key to speak (SPEECH is "yes"). Takes pictures.
set -eu
home=$1 work=$2 speech=$3
wait_for() {
    tries=0
    until [ -e "$home/$1" ]; do
        [ ! -e "$home/failed" ] && [ $tries -lt 800 ] || exit 1
        tries=$((tries + 1))
        sleep 0.5
    done
}
picture() { command -v import > /dev/null && import -window root "$work/$1.png" || true; }

wait_for window-serves
window=$(xdotool search --sync --onlyvisible --name Fanlight | head -1)
sleep 2
xdotool windowfocus --sync "$window" || true
eval "$(xdotool getwindowgeometry --shell "$window")"
xdotool mousemove 60 30
sleep 1
xdotool mousedown 1
sleep 1
for step in 1 2 3 4 5 6; do
    xdotool mousemove $((60 + step * (X + WIDTH / 2 - 60) / 6)) $((30 + step * (Y + HEIGHT / 2 - 30) / 6))
    sleep 1
done
sleep 2   # the window has said that it takes the picture
picture dragged
xdotool mouseup 1
sleep 3
xdotool windowfocus --sync "$window" || true
xdotool type --delay 40 "How many shapes are there?"
sleep 1
picture typed
xdotool key Return
touch "$home/typed"
if [ "$speech" = yes ]; then
    wait_for can-hear
    xdotool windowfocus --sync "$window" || true
    xdotool keydown F9
    touch "$home/key-is-down"
    wait_for said
    sleep 1
    xdotool keyup F9
    touch "$home/key-is-up"
    wait_for heard
    picture heard
fi
wait_for captured
tries=0
until [ "$(xdotool search --onlyvisible --class fanlight | wc -l)" -ge 2 ]; do
    tries=$((tries + 1))
    [ $tries -lt 60 ] || { echo "no panel beside the window"; exit 1; }
    sleep 0.5
done
picture captured
touch "$home/panel-seen"
