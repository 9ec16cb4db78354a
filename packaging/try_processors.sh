#!/bin/sh
# usage: try_processors.sh fanlight-VERSION-x86_64.tar.zst: the practice model's answers with each of llama.cpp's variants
# alone, of those whose instructions this processor has; the others are named. Then, where qemu-user is installed, on
# emulated processors, with the variant that ggml takes there, and on one that is too old: minutes each.
set -eu
work=$(mktemp -d -p "${TMPDIR:-/var/tmp}")
trap 'rm -rf "$work"' EXIT
tar -xf "$1" -C "$work"
home=$(echo "$work"/fanlight-*/lib/fanlight)
libraries=$(echo "$home"/lib/python3.*/dist-packages/llama_cpp/lib)
sample=$(find "$home/lib" -name shapes.png -path '*samples*')
export FANLIGHT_HOME="$work/user"
failed=0

mkdir "$work/variants"
mv "$libraries"/libggml-cpu-*.so "$work/variants/"
for variant in "$work"/variants/*.so; do
    name=$(basename "$variant" .so)
    cp "$variant" "$libraries/"
    said=$("$home/bin/fanlight" ask --model practice -i "$sample" "How many shapes are there?" 2>&1) && status=0 || status=$?
    rm "$libraries/$name.so"
    case "$status $said" in
        "0 There are 3 shapes.") echo "$name: right" ;;
        *"no backends are loaded"* | 4*) echo "$name: not for this processor (refused, no crash)" ;;
        *) echo "$name: WRONG (status $status): $said"; failed=1 ;;
    esac
done
mv "$work"/variants/*.so "$libraries/"

emulated() { # PROCESSOR WORDS...: Python of the package; what the emulator says of itself is left out
    processor=$1; shift
    qemu-x86_64 -cpu "$processor" "$home/bin/python3" -I "$@" 2>&1 | grep -v "^qemu-x86_64: warning"
}
taken='import re; from fanlight.engine import backend; backend.start()
print(*sorted(set(re.findall("libggml-cpu-[a-z0-9]+", open("/proc/self/maps").read()))))'
command -v qemu-x86_64 > /dev/null || { echo "no emulated processors: qemu-user is not installed"; exit $failed; }
for pair in Nehalem:sse42 SandyBridge:sandybridge IvyBridge:ivybridge Haswell:haswell; do
    processor=${pair%:*} variant=libggml-cpu-${pair#*:}
    said=$(emulated "$processor" -m fanlight ask --model practice -i "$sample" "How many shapes are there?")
    found=$(emulated "$processor" -c "$taken")
    if [ "$said, $found" = "There are 3 shapes., $variant" ]; then
        echo "$processor: right, with $variant"
    else
        echo "$processor: WRONG: $said, with $found"; failed=1
    fi
done
case $(emulated Conroe -m fanlight doctor) in
    *"SSE4.1, SSE4.2, POPCNT"*) echo "Conroe: too old, and says so" ;;
    *) echo "Conroe: WRONG: it does not say what is missing"; failed=1 ;;
esac
exit $failed
