#!/usr/bin/env bash
# Times `shipworthy audit` on 11 and on 100 running containers, beside the way that docker-bench asks: one `docker inspect` for each check and
# each container. Absolute times drift with the machine; ratios stay.
#
#   benches/engine.sh [--host ADDRESS] [--bin FILE] [--checks N]
#
#   --host ADDRESS  the engine, by default $DOCKER_HOST; containers named shipworthy-bench-* are made on it and removed again
#   --bin FILE      the binary of shipworthy, by default target/release/shipworthy
#   --checks N      checks of docker-bench that inspect each container, by default 30 (its sections 4 and 5)
#
# Needs the docker command and busybox-static.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
binary=$root/target/release/shipworthy
checks=30
host=${DOCKER_HOST:-unix:///var/run/docker.sock}

fail() {
  printf 'engine.sh: %s\n' "$1" >&2
  exit 2
}

while (($#)); do
  case $1 in
    --host | --bin | --checks)
      (($# > 1)) || fail "$1 needs a value"
      case $1 in
        --host) host=$2 ;;
        --bin) binary=$(realpath -e "$2") || fail "$2 is not there" ;;
        --checks) checks=$2 ;;
      esac
      shift 2
      ;;
    -h | --help)
      sed -n '2,/^set /{/^set /!s/^# \{0,1\}//p}' "$0"
      exit
      ;;
    *) fail "unknown argument: $1" ;;
  esac
done
[[ -x $binary ]] || fail "$binary is missing: cargo build --release, or --bin FILE"
export DOCKER_HOST=$host
docker version > /dev/null || fail "no engine at $host"

remove() {
  local ids
  ids=$(docker ps --all --quiet --filter name=shipworthy-bench-)
  [[ -z $ids ]] || xargs -n 20 docker rm --force <<< "$ids" > /dev/null
}
trap 'remove; docker rmi --force shipworthy-bench:1 > /dev/null 2>&1 || true' EXIT

tree=$(mktemp -d)
mkdir -p "$tree"/{bin,proc,sys,dev,etc,tmp}
cp "$(command -v busybox)" "$tree/bin/busybox"
ln -s busybox "$tree/bin/sleep"
tar -C "$tree" -c . | docker import --change 'CMD ["sleep", "3600"]' - shipworthy-bench:1 > /dev/null
rm -r "$tree"

# Milliseconds that a command takes, the best of three.
best() {
  local best='' start took
  for _ in 1 2 3; do
    start=$(date +%s%N)
    "$@" > /dev/null 2>&1 || true
    took=$((($(date +%s%N) - start) / 1000000))
    if [[ -z $best ]] || ((took < best)); then best=$took; fi
  done
  printf '%s\n' "$best"
}

# What docker-bench does: each check asks each container anew.
inspect_each() {
  local check id
  for check in $(seq "$checks"); do
    for id in $(docker ps --quiet --filter name=shipworthy-bench-); do
      docker inspect --format "{{ .HostConfig.Privileged }}$check" "$id"
    done
  done
}

printf '%-12s %14s %26s %8s\n' containers shipworthy "$checks inspects each" ratio
made=0
for count in 11 100; do
  while ((made < count)); do
    docker run --detach --network none --name "shipworthy-bench-$made" shipworthy-bench:1 > /dev/null
    made=$((made + 1))
  done
  ours=$(best "$binary" audit --isolated --exit-zero -f concise)
  start=$(date +%s%N)
  inspect_each > /dev/null
  theirs=$((($(date +%s%N) - start) / 1000000))
  printf '%-12s %11s ms %23s ms %8s\n' "$count" "$ours" "$theirs" "$((theirs / (ours > 0 ? ours : 1)))"
done
