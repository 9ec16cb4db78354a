#!/bin/sh
# usage: check_installable.sh DEB [SUITE...]: whether apt finds all that DEB asks for in each distribution, and what it would
# install there (nothing is). Debian's bookworm, trixie, forky, and Ubuntu's jammy, noble, unless SUITEs are named. The lists
# of their packages are fetched, and kept in LISTS (a folder, /var/tmp/fanlight-lists otherwise).
set -eu
package=$(readlink -f "$1")
shift
lists=${LISTS:-/var/tmp/fanlight-lists}
failed=0

apt() { # SUITE COMMAND...
    state=$lists/$1
    shift
    apt-get -qq -o Dir::Etc::sourcelist=/dev/null -o Dir::Etc::sourceparts="$state/parts" -o Dir::State::lists="$state/lists" \
        -o Dir::State::status="$state/status" -o Dir::State::extended_states="$state/extended" -o Dir::Cache="$state/cache" \
        -o APT::Sandbox::User=root -o Dir::Log="$state" "$@"
}

[ $# -gt 0 ] || set -- bookworm trixie forky jammy noble
for suite in "$@"; do
    state=$lists/$suite
    mkdir -p "$state/parts" "$state/lists/partial" "$state/cache/archives/partial"
    : > "$state/status"
    case $suite in
        bookworm | trixie | forky | sid) archive=http://deb.debian.org/debian components=main ;;
        *) archive=${UBUNTU:-http://archive.ubuntu.com/ubuntu} components="main universe" ;;
    esac
    # Unsigned lists serve here: nothing is installed.
    printf 'Types: deb\nURIs: %s\nSuites: %s\nComponents: %s\nTrusted: yes\n' "$archive" "$suite" "$components" \
        > "$state/parts/$suite.sources"
    apt "$suite" update || { echo "$suite: its archive cannot be reached"; failed=1; continue; }
    if said=$(apt "$suite" --simulate --no-install-recommends install "$package" 2>&1); then
        strange=$(echo "$said" | grep -oE '^Inst (liboss4[^ ]*|oss4[^ ]*)' || true)
        echo "$suite: $(echo "$said" | grep -c '^Inst ') packages, of $(echo "$said" | grep -c "^Inst lib") libraries"
        [ -z "$strange" ] || { echo "$suite: WRONG: $strange"; failed=1; }
    else
        echo "$suite: WRONG: $said"
        failed=1
    fi
done
exit $failed
