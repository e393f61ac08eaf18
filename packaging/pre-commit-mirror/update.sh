#!/usr/bin/env bash
# update.sh VERSION: the commit and the tag for a release of shipworthy, after its wheels are on PyPI: a tag that comes before them
# fails for whoever updates in between. Run in the mirror, which has this folder's files at its root.
set -euo pipefail
cd "$(dirname "$0")"

version=${1:?"the version that is released, such as 0.2.0"}
case "$version" in *[!0-9A-Za-z.+-]* | v*) echo "no version: $version" >&2; exit 2 ;; esac
sed -i.old -e "s/^version = .*/version = \"$version\"/" -e "s/^dependencies = .*/dependencies = [\"shipworthy==$version\"]/" pyproject.toml
sed -i.old -e "s/rev: v.*/rev: v$version/" README.md
rm -f pyproject.toml.old README.md.old
git add pyproject.toml README.md
git commit --quiet --message "shipworthy $version"
git tag "v$version"
