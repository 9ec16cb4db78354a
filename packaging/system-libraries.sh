#!/bin/sh
# What Fanlight needs from the system, looked up and, for root on Debian or Ubuntu, installed.
#
#   sh packaging/system-libraries.sh run     a C++ compiler for llama.cpp; what Qt's window stands on; sound; a font
#   sh packaging/system-libraries.sh test    the same, and the programs that let tests open windows
#
# Nobody is made root here: others are told the one line to run. It ends with 1 when the job can not go on without.
set -eu

[ "$(uname)" = Linux ] || {
    command -v c++ >/dev/null || { echo "Fanlight needs a C++ compiler (macOS: xcode-select --install)."; exit 1; }
    exit 0
}

# how to see it                what it is             Debian's package
COMPILER='
program:c++                    c++                    g++
'
WINDOW='
library:libxcb-cursor.so.0     libxcb-cursor          libxcb-cursor0
library:libxkbcommon-x11.so.0  libxkbcommon-x11       libxkbcommon-x11-0
library:libxcb-icccm.so.4      libxcb-icccm           libxcb-icccm4
library:libxcb-image.so.0      libxcb-image           libxcb-image0
library:libxcb-keysyms.so.1    libxcb-keysyms         libxcb-keysyms1
library:libxcb-render-util.so.0 libxcb-render-util    libxcb-render-util0
library:libxcb-shape.so.0      libxcb-shape           libxcb-shape0
library:libwayland-cursor.so.0 libwayland-cursor      libwayland-cursor0
library:libEGL.so.1            libEGL                 libegl1
library:libGL.so.1             libGL                  libgl1
library:libfontconfig.so.1     fontconfig             libfontconfig1
library:libdbus-1.so.3         libdbus                libdbus-1-3
library:libglib-2.0.so.0       glib                   libglib2.0-0
library:libX11-xcb.so.1        libX11-xcb             libx11-xcb1
library:libgssapi_krb5.so.2    libgssapi              libgssapi-krb5-2
font:any                       a-font                 fonts-dejavu-core
'
SOUND='
library:libportaudio.so.2      PortAudio              libportaudio2
sound:server-plugin            ALSA-for-sound-servers libasound2-plugins
'
PROGRAMS='
program:Xvfb                   Xvfb                   xvfb
program:openbox                openbox                openbox
program:xdotool                xdotool                xdotool
program:xclip                  xclip                  xclip
program:xrandr                 xrandr                 x11-xserver-utils
program:xset                   xset                   x11-xserver-utils
program:xprop                  xprop                  x11-utils
program:xcompmgr               xcompmgr               xcompmgr
program:picom                  picom                  picom
program:metacity               metacity               metacity
program:strace                 strace                 strace
program:dbus-daemon            dbus-daemon            dbus
program:desktop-file-validate  desktop-file-utils     desktop-file-utils
program:setxkbmap              setxkbmap              x11-xkb-utils
program:trayer                 trayer                 trayer
program:xterm                  xterm                  xterm
file:/usr/lib/python3/dist-packages/gi python3-gi      python3-gi
library:libgtk-3.so.0          GTK-3                  gir1.2-gtk-3.0
file:/usr/libexec/at-spi-bus-launcher at-spi           at-spi2-core
file:/usr/lib/python3/dist-packages/pyatspi pyatspi    python3-pyatspi
program:pulseaudio             pulseaudio             pulseaudio
program:pactl                  pactl                  pulseaudio-utils
program:espeak-ng              espeak-ng              espeak-ng
font:DejaVuSansMono.ttf        DejaVu                 fonts-dejavu-core
font:LiberationSans-Regular.ttf Liberation            fonts-liberation
'

PATH="$PATH:/sbin:/usr/sbin"
LIBRARIES=$(ldconfig -p 2>/dev/null || true)

is_there() {
    case "$1" in
        program:*) command -v "${1#program:}" >/dev/null 2>&1 ;;
        file:*) [ -e "${1#file:}" ] ;;
        sound:*) find /usr/lib /usr/lib64 -name 'libasound_module_pcm_pulse.so' -o -name 'libasound_module_pcm_pipewire.so' \
                     2>/dev/null | grep -q . ;;
        library:*) case "$LIBRARIES" in *"${1#library:} "*) true ;; *) false ;; esac ;;
        font:*) for folder in /usr/share/fonts /usr/local/share/fonts "$HOME/.fonts" "$HOME/.local/share/fonts"; do
                    wanted="${1#font:}"; [ "$wanted" != any ] || wanted='*.[to]t[fc]'
                    [ -d "$folder" ] && find -L "$folder" -name "$wanted" 2>/dev/null | grep -q . && return 0
                done
                false ;;
    esac
}

missing() {   # column 2 (names) or 3 (packages) of the lines that are not there
    echo "$2" | while read -r see name package; do
        [ -z "$see" ] || is_there "$see" || if [ "$1" = names ]; then echo "$name"; else echo "$package"; fi
    done | tr '\n' ' '
}

needed=$COMPILER$WINDOW$SOUND
[ "${1:-run}" = run ] || needed=$needed$PROGRAMS
packages=$(missing packages "$needed")
[ -d .venv ] || sh "$(dirname "$0")/find-python.sh" >/dev/null || packages="python3 python3-venv $packages"
[ -n "$packages" ] || exit 0

if command -v apt-get >/dev/null 2>&1; then
    if [ "$(id -u)" = 0 ]; then
        echo "Installing system packages: $packages"
        install="apt-get install -y -q --no-install-recommends $packages"
        export DEBIAN_FRONTEND=noninteractive
        # shellcheck disable=SC2086
        if $install >/dev/null 2>&1 || { apt-get update -q >/dev/null 2>&1 && $install; }; then exit 0; fi
        echo "apt-get could not install them; its words are above."
    else
        echo "Some system packages are missing. This installs them:"
        echo "    sudo apt-get install -y --no-install-recommends $packages"
    fi
else
    echo "Some things are missing on this system: $(missing names "$needed")"
    echo "Install the packages of your system that hold them."
fi

# The compiler is always needed; libraries of the window, where there is a screen; the rest only by some tests.
if [ -n "$(missing packages "$COMPILER")" ]; then
    echo "Without a C++ compiler llama.cpp can not be built. Run make again when it is there."
    exit 1
fi
if [ "${1:-run}" = run ] && [ -z "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; then
    echo "There is no screen here, so no window opens without them either: going on."
    exit 0
fi
if [ -n "$(missing packages "$WINDOW")" ]; then
    echo "The window can not open without them. Run make again when they are there."
    exit 1
fi
[ -z "$(missing packages "$SOUND")" ] || echo "Without them Fanlight neither hears nor speaks."
echo "Going on: tests that need what is missing are skipped and say so."
