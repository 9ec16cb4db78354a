#!/bin/sh
# usage: build_av.sh WORK WHEELS PYTHON
# PyAV's wheel holds an FFmpeg with x264 and x265 (GPL-2), which a package of Fanlight must not. This builds FFmpeg as LGPL-2.1:
# its own decoders alone, no encoder, no network, nothing of the system but zlib; and PyAV on top of it. FFmpeg's source is
# Debian's, checked by its sha256. The libraries stay files of their own beside PyAV, to be replaced as the LGPL asks.
set -eu
work=$1 wheels=$2 python=$3
here=$(cd "$(dirname "$0")" && pwd)
version=7.1.5
sum=$(cut -d' ' -f1 "$here/ffmpeg.sha256")
av=15.1.0   # the last one for FFmpeg 7

mkdir -p "$work" "$wheels"
cd "$work"
archive=ffmpeg_$version.orig.tar.xz
[ -f $archive ] || curl -fsSLo $archive "https://deb.debian.org/debian/pool/main/f/ffmpeg/$archive"
echo "$sum  $archive" | sha256sum --check --quiet
# FFmpeg writes how it was configured into its libraries: so the prefix is the same in every folder.
if [ ! -f ffmpeg/lib/libavcodec.so ]; then
    rm -rf ffmpeg-$version
    tar xf $archive
    (cd ffmpeg-$version && ./configure --prefix=/ffmpeg --enable-shared --disable-static --disable-programs --disable-doc \
        --disable-autodetect --enable-zlib --disable-network --disable-encoders --disable-muxers --disable-devices \
        --disable-hwaccels --disable-filters --enable-filter=abuffer,abuffersink,aformat,anull,aresample,buffer,buffersink,null \
        --disable-debug && make -j"${CMAKE_BUILD_PARALLEL_LEVEL:-$(nproc)}" install DESTDIR="$work") > ffmpeg.log 2>&1
fi
grep -q '^#define CONFIG_GPL 0' ffmpeg-$version/config.h

# Without tables for debuggers, which hold the folder's name.
rm -rf av
PKG_CONFIG_SYSROOT_DIR="$work" PKG_CONFIG_PATH="$work/ffmpeg/lib/pkgconfig" CFLAGS=-g0 \
    "$python" -m pip wheel --quiet --no-deps --no-cache-dir --no-binary av -w av "av==$av"
"$python" "$here/pack_av.py" av/av-*.whl "$work/ffmpeg/lib" "$wheels"
