#!/bin/sh
# usage: vulkan_tools.sh FOLDER
# What llama.cpp's backend for graphics cards is built with, where the distribution's own is too old: Debian 13's shader
# compiler (Debian 12's knows neither the matrix units of cards nor their integer dot products), which runs on its own C
# library, and Debian 13's headers. They lie in FOLDER, nothing is installed; build_llama.sh takes them by VULKAN_SDK=FOLDER.
set -eu
mkdir -p "$1"
folder=$(readlink -f "$1")
state=$folder/.apt
mkdir -p "$state/parts" "$state/lists/partial" "$state/cache/archives/partial" "$state/debs"
: > "$state/status"
cat > "$state/parts/trixie.sources" <<SOURCES
Types: deb
URIs: http://deb.debian.org/debian
Suites: trixie
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg
SOURCES
apt() {
    apt-get -qq -o Dir::Etc::sourcelist=/dev/null -o Dir::Etc::sourceparts="$state/parts" -o Dir::State::lists="$state/lists" \
        -o Dir::State::status="$state/status" -o Dir::Cache="$state/cache" -o APT::Sandbox::User=root "$@"
}
apt update
needed=$(apt --simulate --no-install-recommends install glslc | sed -n 's/^Inst \([^ ]*\) .*/\1/p')
(cd "$state/debs" && apt download $needed libvulkan-dev libvulkan1 spirv-headers)
for package in "$state"/debs/*.deb; do dpkg-deb --extract "$package" "$state/root"; done

libraries=$state/root/usr/lib/$(cc -dumpmachine)   # x86_64-linux-gnu, aarch64-linux-gnu
mkdir -p "$folder/bin" "$folder/lib"
ln -sfn "$state/root/usr/include" "$folder/include"
ln -sfn "$state/root/usr/share" "$folder/share"
ln -sf "$libraries/libvulkan.so.1" "$folder/lib/libvulkan.so"
# Linux starts a program with the system's C library, whatever the program was made for: so this names the loader.
cat > "$folder/bin/glslc" <<PROGRAM
#!/bin/sh
exec "$(echo "$libraries"/ld-linux-*.so.*)" --library-path "$libraries" "$state/root/usr/bin/glslc" "\$@"
PROGRAM
chmod 755 "$folder/bin/glslc"
"$folder/bin/glslc" --version
