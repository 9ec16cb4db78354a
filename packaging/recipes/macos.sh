#!/bin/sh
# NOT RUN. usage: macos.sh "Developer ID Application: NAME" KEYCHAIN-PROFILE, after PyInstaller (fanlight.spec)
set -eu
codesign --force --deep --options runtime --timestamp --sign "$1" dist/Fanlight.app
ditto -c -k --keepParent dist/Fanlight.app dist/Fanlight.zip
xcrun notarytool submit dist/Fanlight.zip --keychain-profile "$2" --wait
xcrun stapler staple dist/Fanlight.app
hdiutil create -volname Fanlight -srcfolder dist/Fanlight.app -format UDZO dist/Fanlight.dmg
