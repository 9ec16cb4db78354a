#!/bin/sh
# usage: older_package.sh DEB OUT VERSION
# The same package under a lower version, packed quickly: what an upgrade starts from.
set -eu
folder=$(mktemp -d -p "$(dirname "$2")")
trap 'rm -rf "$folder"' EXIT
dpkg-deb --raw-extract "$1" "$folder"
sed -i "s/^Version: .*/Version: $3/" "$folder/DEBIAN/control"
dpkg-deb --root-owner-group -Znone --build "$folder" "$2" > /dev/null
