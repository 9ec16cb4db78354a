#!/bin/sh
# usage: check_package.sh DEB: lintian, desktop-file-validate, and appstreamcli find nothing in it.
# Debian 12's lintian does not know zstd, so it is given the same content packed by gzip.
set -eu
package=$(readlink -f "$1")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
mkdir "$folder/tree"
dpkg-deb --raw-extract "$package" "$folder/tree"
for entry in "$folder"/tree/usr/share/applications/*.desktop; do desktop-file-validate "$entry"; done
appstreamcli validate --no-net "$folder"/tree/usr/share/metainfo/*.metainfo.xml
copy="$folder/$(basename "$package")"
dpkg-deb --root-owner-group -Zgzip -z1 --build "$folder/tree" "$copy" > /dev/null
lintian --allow-root --tag-display-limit 0 --fail-on error,warning "$copy"
echo "$(basename "$package"): nothing found"
