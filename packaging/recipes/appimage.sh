#!/bin/sh
# NOT BUILT by us for others: no package registry has the runtime. Tried once with one that was compiled from its sources:
# the image was mounted, and without FUSE unpacked; questions were answered, and the window opened.
# usage: appimage.sh fanlight-VERSION-x86_64.tar.zst RUNTIME
# RUNTIME is runtime-x86_64 from https://github.com/AppImage/type2-runtime/releases; squashfs-tools make the image.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
tar -xf "$1" -C "$work"
folder=$(echo "$work"/fanlight-*)
ln -s bin/fanlight "$folder/AppRun"
cp "$folder/share/applications/org.fanlight.Fanlight.desktop" "$folder/share/icons/hicolor/scalable/apps/org.fanlight.Fanlight.svg" "$folder/"
sed -i '/^DBusActivatable/d' "$folder/org.fanlight.Fanlight.desktop"
mksquashfs "$folder" "$work/image" -root-owned -noappend -comp zstd -quiet
cat "$2" "$work/image" > Fanlight-x86_64.AppImage
chmod +x Fanlight-x86_64.AppImage
