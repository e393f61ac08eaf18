#!/usr/bin/env bash
# Puts a shipworthy in place for action.yml and says where it is: the release of this version where its checksum is known, else the source
# that this action came with. Inputs come by the environment: VERSION, CHECKSUM.
set -euo pipefail
: "${VERSION:=}" "${CHECKSUM:=}"

refuse() {
  echo "::error title=shipworthy::$1"
  exit 2
}

sha256() {
  if command -v sha256sum > /dev/null; then sha256sum "$1"; else shasum -a 256 "$1"; fi | sed 's/^\\*\([0-9a-f]*\).*/\1/'
}

# A delimiter that no value can know keeps a path with a line break from adding outputs.
output() {
  local delimiter
  delimiter=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
  printf '%s<<%s\n%s\n%s\n' "$1" "$delimiter" "$2" "$delimiter" >> "$GITHUB_OUTPUT"
}

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source=$(cd "$here/../.." && pwd)
own=$(sed -n 's/^version = "\(.*\)"$/\1/p' "$source/Cargo.toml" | head -n 1)
version=${VERSION#v}
version=${version:-$own}
case "$version" in
  -* | *[!0-9A-Za-z.+-]*) refuse 'the input version is no version, such as 0.1.0' ;;
esac
case "${RUNNER_OS:-}-${RUNNER_ARCH:-}" in
  Linux-X64) target=x86_64-unknown-linux-musl ;;
  Linux-ARM64) target=aarch64-unknown-linux-musl ;;
  macOS-X64) target=x86_64-apple-darwin ;;
  macOS-ARM64) target=aarch64-apple-darwin ;;
  Windows-*) target=x86_64-pc-windows-msvc ;;
  *) target=none ;;
esac
name=shipworthy-$version-$target
archive=$name.tar.gz

expected=$CHECKSUM
if [ -z "$expected" ]; then
  expected=$(sed -n "s/^\([0-9a-f]\{64\}\)  ${archive//./\\.}\$/\1/p" "$here/checksums.txt" | head -n 1)
elif [ "${#expected}" -ne 64 ] || [ -n "${expected//[0-9a-f]/}" ]; then
  refuse 'the input checksum is no SHA-256 in lower case'
fi

if [ -n "$expected" ] && [ "$target" != none ]; then
  folder=$(mktemp -d "$RUNNER_TEMP/shipworthy.XXXXXX")
  # By relative names: to tar a colon in a path is a host.
  cd "$folder"
  curl --proto '=https' --tlsv1.2 --fail --silent --show-error --location --retry 3 --output "$archive" \
    "https://github.com/shipworthy/shipworthy/releases/download/v$version/$archive" \
    || refuse "$archive could not be downloaded"
  actual=$(sha256 "$archive")
  [ "$actual" = "$expected" ] || refuse "$archive has the checksum $actual instead of $expected: it is not used"
  tar -xzf "$archive"
  binary=$folder/$name/shipworthy
elif [ "$version" != "$own" ]; then
  refuse "no checksum of $archive is known here: give the input checksum, or leave version empty"
else
  command -v cargo > /dev/null || refuse "no checksum of $archive is known here, and there is no cargo to build it: give version and checksum, or binary"
  echo "Building shipworthy $version from source: no checksum of $archive is known here."
  cargo install --locked --path "$source" --root "$RUNNER_TEMP/shipworthy"
  binary=$RUNNER_TEMP/shipworthy/bin/shipworthy
fi
output binary "$binary"
