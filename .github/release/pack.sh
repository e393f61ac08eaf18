#!/usr/bin/env bash
# Packs what was built for a target as dist/shipworthy-VERSION-TARGET.tar.gz: the binary, completions, the manual page, the licences.
# The same bytes for the same contents, whoever packs them and when.
set -euo pipefail
cd "$(dirname "$0")/../.."

target=$1
version=$(sed -n 's/^version = "\(.*\)"$/\1/p' Cargo.toml | head -n 1)
name=shipworthy-$version-$target
binary=${BINARY:-target/$target/release/shipworthy}
[ -f "$binary" ] || binary=$binary.exe

[ "$("$binary" --version)" = "shipworthy $version" ]
# Static is a promise: it runs on any Linux, and in an empty image.
case "$target" in
  *-linux-musl)
    if readelf --program-headers --wide "$binary" | grep INTERP; then
      echo "$binary is not static" >&2
      exit 1
    fi
    ;;
esac

rm -rf "dist/$name"
mkdir -p "dist/$name/completions"
cp "$binary" README.md LICENSE-MIT LICENSE-APACHE "dist/$name/"
for shell in bash zsh fish powershell elvish; do
  "$binary" completions "$shell" > "dist/$name/completions/shipworthy.$shell"
done
"$binary" man > "dist/$name/shipworthy.1"
# BSD's tar, on macOS, has none of these flags.
if tar --version | grep -q GNU; then
  fixed=(--sort=name --owner=0 --group=0 --numeric-owner --mtime=@0)
else
  fixed=()
fi
tar -C dist "${fixed[@]+"${fixed[@]}"}" -cf - "$name" | gzip -n9 > "dist/$name.tar.gz"
rm -rf "dist/$name"
echo "dist/$name.tar.gz"
