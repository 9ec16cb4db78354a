#!/bin/sh
# usage: try_graphics.sh fanlight-VERSION-x86_64.tar.zst [DRIVER.json...]: a question to the practice model, without any
# Vulkan driver, then with each driver's file alone, and with all of them: the answer must be right, and what is told of
# the devices is printed. Software drivers serve (Mesa's lvp_icd.*.json; the first question builds shaders for minutes),
# and ones that llama.cpp dies of (SwiftShader's). VULKAN_LOADER names a folder with libvulkan.so.1 where the system has none.
set -eu
work=$(mktemp -d -p "${TMPDIR:-/var/tmp}")
trap 'rm -rf "$work"' EXIT
tar -xf "$1" -C "$work"
shift
program=$(echo "$work"/fanlight-*/bin/fanlight)
sample=$(find "$work"/fanlight-*/lib/fanlight/lib -name shapes.png -path '*samples*')
[ -z "${VULKAN_LOADER:-}" ] || export LD_LIBRARY_PATH="$VULKAN_LOADER"
failed=0

asked() { # NAME DRIVERS
    export FANLIGHT_HOME="$work/user-$1" VK_DRIVER_FILES="$2" VK_ICD_FILENAMES="$2"
    start=$(date +%s)
    said=$("$program" ask --model practice -i "$sample" "How many shapes are there?" 2>&1) && status=0 || status=$?
    echo "== $1: status $status after $(($(date +%s) - start)) s: $said"
    [ "$status $said" = "0 There are 3 shapes." ] || failed=1
    "$program" doctor | grep -E "^ +(Vulkan[0-9]|CPU ) |is not used|cannot be listed|The processor computes" || failed=1
}

unset GGML_VK_VISIBLE_DEVICES
asked none /dev/null
export GGML_VK_VISIBLE_DEVICES=0   # llama.cpp leaves software devices alone unless they are named
all="" count=0
for driver in "$@"; do
    asked "$(basename "$driver" .json)" "$driver"
    all="$all${all:+:}$driver" count=$((count + 1))
done
[ $count -lt 2 ] || { export GGML_VK_VISIBLE_DEVICES=$(seq -s, 0 $((count - 1))); asked all "$all"; }
exit $failed
