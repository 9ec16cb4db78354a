#!/bin/sh
# Tries a Debian package of Fanlight in a clean, minimal system, which debootstrap makes from the distribution's archive:
#
#   sudo sh packaging/try_package.sh dist/fanlight_VERSION_amd64.deb [WORK]
#
# SUITE (bookworm) and MIRROR choose the system, as SUITE=jammy MIRROR=http://archive.ubuntu.com/ubuntu. WORK (a folder,
# /var/tmp/fanlight-try otherwise) keeps the empty system for the next try. OLDER names a package of an earlier version, to be
# upgraded; otherwise this one is, under a lower version. Needed here: debootstrap, Xvfb, xdotool, the
# network for apt. Fanlight itself runs without one, as a user of its own, in package/try_inside.sh.
set -eu

package=$(readlink -f "$1")
work=${2:-/var/tmp/fanlight-try}
suite=${SUITE:-bookworm}
mirror=${MIRROR:-http://deb.debian.org/debian}
here=$(cd "$(dirname "$0")" && pwd)
base=$work/$suite root=$work/try-$suite
name=$(dpkg-deb -f "$package" Package) version=$(dpkg-deb -f "$package" Version)
display=:${DISPLAY_NUMBER:-87}

say() { printf '\n== %s\n' "$*"; }
fail() { printf 'FAILED: %s\n' "$*"; exit 1; }
run() { # in the new system, as root
    unshare --mount --pid --fork sh -c '
        mount -t proc proc "$1/proc"; mount --bind /dev "$1/dev"; shift
        exec chroot "$@"' sh "$root" "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 \
        DEBIAN_FRONTEND=noninteractive "$@"
}
files() { # of the system, without what the package manager notes, and the user's own
    (cd "$root" && find . -xdev \( -path ./proc -o -path ./dev -o -path ./sys -o -path ./var/cache -o -path ./var/log \
        -o -path ./var/lib/apt -o -path ./var/lib/dpkg -o -path ./home/try -o -path ./run/user \) -prune -o -print | sort)
}

mkdir -p "$work"
[ -d "$base/usr" ] || {
    say "debootstrap $suite"
    debootstrap --variant=minbase ${COMPONENTS:+--components="$COMPONENTS"} "$suite" "$base" "$mirror" > "$work/debootstrap.log"
}
rm -rf "$root"
cp -a --reflink=auto "$base" "$root"
printf '#!/bin/sh\nexit 101\n' > "$root/usr/sbin/policy-rc.d"
chmod 755 "$root/usr/sbin/policy-rc.d"
cp /etc/resolv.conf "$root/etc/resolv.conf"
[ -z "${APT_CONF:-}" ] || cp "$APT_CONF" "$root/etc/apt/apt.conf.d/90try"
run useradd --create-home --uid 4321 try
run apt-get update -qq

say "an older version, then this one"
mkdir "$root/packages"
sh "$here/package/older_package.sh" "${OLDER:-$package}" "$root/packages/older.deb" 0.0.1
ln "$package" "$root/packages/new.deb" 2>/dev/null || cp "$package" "$root/packages/new.deb"
files > "$work/before"
run apt-get install -qq -y --no-install-recommends /packages/older.deb > "$work/apt.log" 2>&1 || { tail -20 "$work/apt.log"; fail "install"; }
[ "$(run dpkg-query -W -f '${Version}' "$name")" = 0.0.1 ] || fail "the older version is not there"
install -d -o 4321 -g 4321 "$root/home/try/.local/share/fanlight"
printf '{"text_size": 130, "talk_sends": true}' > "$root/home/try/.local/share/fanlight/settings.json"
chown -R 4321:4321 "$root/home/try"
run apt-get install -qq -y --no-install-recommends /packages/new.deb >> "$work/apt.log" 2>&1 || { tail -20 "$work/apt.log"; fail "upgrade"; }
[ "$(run dpkg-query -W -f '${Version}' "$name")" = "$version" ] || fail "not upgraded"
run dpkg --verify "$name" | grep . && fail "files differ from the package's"
! run sh -c 'command -v gcc || command -v cc' || fail "a compiler came along"
speech=no
if [ -d "$(echo "$root"/usr/lib/fanlight/lib/python3.*/dist-packages/faster_whisper)" ]; then
    speech=yes
    run apt-get install -qq -y --no-install-recommends pulseaudio pulseaudio-utils >> "$work/apt.log" 2>&1   # as a desktop has it
fi

say "Fanlight, without a network"
rm "$root/packages/older.deb"
files > "$work/installed"
mkdir -p "$root/try" "$root/tmp/.X11-unix"
install -d -o 4321 -g 4321 -m 700 "$root/run/user/4321"   # as a desktop has it; sound servers' clients use it
cp "$here/package/try_inside.sh" "$here/package/try_drag.py" "$here/../tests/data/speech/jfk.wav" "$root/try/"
Xvfb "$display" -screen 0 1400x1000x24 -nolisten tcp > "$work/xvfb.log" 2>&1 &
server=$!
trap 'kill $server 2>/dev/null || true' EXIT
unshare --mount --net --pid --fork sh -c '
    mount -t proc proc "$1/proc"; mount --bind /dev "$1/dev"; mount --bind /tmp/.X11-unix "$1/tmp/.X11-unix"
    ip link set lo up 2>/dev/null || true
    exec chroot --userspec=4321:4321 "$1" env -i PATH=/usr/bin:/bin HOME=/home/try LANG=C.UTF-8 USER=try DISPLAY="$2" XDG_RUNTIME_DIR=/run/user/4321 \
        sh /try/try_inside.sh' sh "$root" "$display" > "$work/inside.log" 2>&1 &
inside=$!
DISPLAY=$display sh "$here/package/try_hands.sh" "$root/home/try" "$work" $speech || { kill "$inside" || true; cat "$work/inside.log"; fail "the window"; }
wait "$inside" || { cat "$work/inside.log"; fail "Fanlight in the clean system"; }
cat "$work/inside.log"

say "files outside of the package and the home"
files > "$work/used"
diff "$work/installed" "$work/used" | grep '^[<>]' | grep -vE '^> \./(try|tmp/\.X11-unix)' && fail "files were written"
grep -q 130 "$root/home/try/.local/share/fanlight/settings.json" || fail "the settings are gone"

say "remove, then purge"
run apt-get remove -qq -y "$name" > "$work/remove.log" 2>&1 || { cat "$work/remove.log"; fail "remove"; }
grep -q .local/share/fanlight "$work/remove.log" || fail "removal does not say where the user's data is"
[ ! -e "$root/usr/lib/fanlight" ] && [ ! -e "$root/usr/bin/fanlight" ] || fail "files are left"
run apt-get purge -qq -y "$name" >> "$work/remove.log" 2>&1
run dpkg -l "$name" 2>/dev/null | grep -q '^[ir]' && fail "still known to dpkg"
[ -e "$root/home/try/.local/share/fanlight/settings.json" ] || fail "the user's data is gone"
(cd "$root" && find . -xdev -iname '*fanlight*' -not -path './home/*' -not -path './var/*' -not -path './packages/*') | grep . && fail "files are left"
say "$name $version: all right"
