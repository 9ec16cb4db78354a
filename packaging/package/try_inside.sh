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
echo "libraries that nothing provides (GTK and Vulkan are used where they are):"
find $home -name '*.so*' -type f ! -name libqgtk3.so ! -name libggml-vulkan.so -exec ldd {} + 2>/dev/null | grep 'not found' | sort -u | tee "$HOME/missing"
[ ! -s "$HOME/missing" ] || fail "libraries are missing"
expect "fanlight " fanlight --version
fanlight doctor || fail doctor
expect "There are 3 shapes" fanlight ask --model practice -i "$sample" "How many shapes are there?"
expect "The star is at the top right" fanlight ask --model practice -i "$sample" "Where is the star?"
if [ -d "$(echo $home/lib/python3.*/dist-packages/faster_whisper)" ]; then
    expect "ask what you can do for your country" fanlight transcribe --language en /try/jfk.wav
fi

# The window. What hands do is done by try_hands.sh, outside, through the X server; each waits for the other's marks.
now() { date +%s%N; }
mark() { touch "$HOME/$1"; }
until_marked() { until [ -e "$HOME/$1" ]; do sleep 0.2; done; }
spent() { awk '{print $14 + $15}' "/proc/$window/stat"; }   # hundredths of a second
settled() { # until the window's process has had nothing to do for some seconds; it alone reads what it keeps, while it is open
    quiet=0
    while [ $quiet -lt 4 ]; do
        before=$(spent)
        sleep 2
        if [ $(($(spent) - before)) -lt 8 ]; then quiet=$((quiet + 1)); else quiet=0; fi
    done
}
start=$(now)
fanlight > "$HOME/window.log" 2>&1 &
window=$!
mark window-wanted
until fanlight hide 2>/dev/null && fanlight show; do
    [ $(($(now) - start)) -lt 120000000000 ] || fail "no window: $(cat "$HOME/window.log")"
    sleep 0.2
done
echo "the window served after $((($(now) - start) / 1000000)) ms"
: > "$HOME/drag.log"
$home/bin/python3 -I /try/try_drag.py "$sample" > "$HOME/drag.log" 2>&1 &
drag=$!
until grep -q ready "$HOME/drag.log"; do
    kill -0 $drag 2> /dev/null || fail "nothing to drag from: $(cat "$HOME/drag.log")"
    sleep 0.2
done
settled   # a window that is still busy with its start may miss a drag
mark window-serves
until_marked typed
settled
if [ -d "$(echo $home/lib/python3.*/dist-packages/faster_whisper)" ]; then
    # A sound server, as a desktop has one, with a microphone into which recordings are played.
    pulseaudio -n --daemonize=yes --exit-idle-time=-1 --realtime=no --high-priority=no -L module-native-protocol-unix \
        -L "module-null-sink sink_name=mouth rate=48000 channels=1" \
        -L "module-remap-source master=mouth.monitor source_name=microphone" -L "module-null-sink sink_name=loudspeaker" \
        2> "$HOME/pulse.log" || fail "no sound server: $(cat "$HOME/pulse.log")"
    pactl set-default-source microphone
    pactl set-default-sink loudspeaker
    pacat --device=mouth --raw --rate=48000 --channels=1 --format=s16le --latency-msec=20 /dev/zero &   # keeps it awake
    mark can-hear
    until_marked key-is-down
    tries=0
    until pactl list short source-outputs | grep -v module | grep -q .; do
        tries=$((tries + 1))
        [ $tries -lt 150 ] || fail "nobody listens"
        sleep 0.2
    done
    sleep 3   # its first block is there
    paplay --device=mouth /try/jfk.wav
    mark said
    until_marked key-is-up
    tries=0
    until grep -q "speech: loaded" "$HOME/.local/share/fanlight/logs/fanlight.log" || [ $tries -gt 90 ]; do
        tries=$((tries + 1))
        sleep 1
    done
    settled
    mark heard
fi
fanlight shot --region 100,100,500,300 || fail shot
mark captured
until_marked panel-seen
echo "a capture of the screen opened its panel"
fanlight quit || fail quit
sleep 2
fanlight export --all -o "$HOME/conversations.json" || fail export
kept() { grep -q "\"text\": \".*$1" "$HOME/conversations.json" || fail "not in the conversation: $1"; }
kept "How many shapes are there?"
kept "There are 3 shapes."
echo "a picture was dropped, and a question about it, which was typed, has the right answer"
if [ -e "$HOME/heard" ]; then
    kept "what you can do for your country"
    echo "what was spoken while a key was held was understood, and sent"
fi
[ ! -s "$HOME/window.log" ] || cat "$HOME/window.log"
echo "all right inside"
