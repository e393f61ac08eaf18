#!/usr/bin/env bash
# Writes the checksums of the archives in dist/: for people beside them, and for action.yml into .github/action/checksums.txt.
set -euo pipefail
cd "$(dirname "$0")/../.."

version=$1
targets=(aarch64-apple-darwin aarch64-unknown-linux-musl x86_64-apple-darwin x86_64-pc-windows-msvc x86_64-unknown-linux-musl)
cd dist
for target in "${targets[@]}"; do
  # One that is missing stops the release here.
  sha256sum "shipworthy-$version-$target.tar.gz"
done > checksums.sha256
cd ..
{
  grep '^#' .github/action/checksums.txt
  cat dist/checksums.sha256
} > dist/checksums.new
mv dist/checksums.new .github/action/checksums.txt
