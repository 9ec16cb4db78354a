#!/bin/sh
# Run by try_package.sh in the clean system, without a network, as a user: what Fanlight answers there.
set -eu
home=/usr/lib/fanlight
sample=$(find $home/lib -name shapes.png -path '*samples*')

fail() { echo "FAILED: $*"; touch "$HOME/failed"; exit 1; }
expect() { # WORDS COMMAND...
    words=$1
    shift
    said=$("$@" 2>&1) || { echo "$said"; fail "$*"; }
    case "$said" in *"$words"*) echo "$* -> $said" | head -3 ;; *) fail "$*: $said" ;; esac
}

[ -z "$(tail -n +2 /proc/net/route)" ] || fail "there is a network"
echo "libraries that nothing provides (the one for GTK is used where GTK is):"
find $home -name '*.so*' -type f ! -name libqgtk3.so -exec ldd {} + 2>/dev/null | grep 'not found' | sort -u | tee "$HOME/missing"
[ ! -s "$HOME/missing" ] || fail "libraries are missing"
expect "fanlight " fanlight --version
fanlight doctor || fail doctor
expect "There are 3 shapes" fanlight ask --model practice -i "$sample" "How many shapes are there?"
expect "The star is at the top right" fanlight ask --model practice -i "$sample" "Where is the star?"
if [ -d "$(echo $home/lib/python3.*/dist-packages/faster_whisper)" ]; then
    expect "ask what you can do for your country" fanlight transcribe --language en /try/jfk.wav
fi

# The window. Its first words are typed by try_hands.sh, outside, through the X server.
now() { date +%s%N; }
start=$(now)
fanlight open "$sample" > "$HOME/window.log" 2>&1 &
touch "$HOME/window-wanted"
until fanlight hide 2>/dev/null && fanlight show; do
    [ $(($(now) - start)) -lt 60000000000 ] || fail "no window: $(cat "$HOME/window.log")"
    sleep 0.2
done
echo "the window served after $((($(now) - start) / 1000000)) ms"
touch "$HOME/window-serves"
until [ -e "$HOME/typed" ]; do sleep 0.2; done
sleep 10   # the answer of a model of 4 million parameters
fanlight shot --region 100,100,500,300 || fail shot
touch "$HOME/captured"
until [ -e "$HOME/panel-seen" ]; do sleep 0.2; done
echo "a capture of the screen opened its panel"
fanlight quit || fail quit
sleep 2
fanlight export --all -o "$HOME/conversations.json" || fail export
grep -q "There are 3 shapes" "$HOME/conversations.json" || fail "no answer in the window"
echo "the window answered what was typed, and kept it"
[ ! -s "$HOME/window.log" ] || cat "$HOME/window.log"
echo "all right inside"
