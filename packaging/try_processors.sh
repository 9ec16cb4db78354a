#!/bin/sh
# usage: try_processors.sh fanlight-VERSION-x86_64.tar.zst: the practice model's answers with each of llama.cpp's variants
# alone, of those whose instructions this processor has. The others cannot be tried here, and are named.
set -eu
work=$(mktemp -d -p "${TMPDIR:-/var/tmp}")
trap 'rm -rf "$work"' EXIT
tar -xf "$1" -C "$work"
home=$(echo "$work"/fanlight-*/lib/fanlight)
libraries=$(echo "$home"/lib/python3.*/dist-packages/llama_cpp/lib)
sample=$(find "$home/lib" -name shapes.png -path '*samples*')
mkdir "$work/variants"
mv "$libraries"/libggml-cpu-*.so "$work/variants/"
export FANLIGHT_HOME="$work/user"
failed=0
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
exit $failed
