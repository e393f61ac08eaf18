#!/usr/bin/env bash
# Makes the projects of many tenants from the template of fixtures/sixty, as its provisioning script does, and times the check of all of them.
#
#   benches/fleet.sh [--tenants N] [--bin FILE] [--runs N] [--keep DIR]
#
#   --tenants N  by default 1000
#   --bin FILE   the binary of shipworthy, by default target/release/shipworthy
#   --runs N     timed runs, by default 5
#   --keep DIR   makes the projects in DIR and leaves them there
#
# Needs hyperfine (apt install hyperfine).
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
binary=$root/target/release/shipworthy
tenants=1000
runs=5
keep=

fail() {
  printf 'fleet.sh: %s\n' "$1" >&2
  exit 2
}

while (($#)); do
  case $1 in
    --tenants | --bin | --runs | --keep)
      (($# > 1)) || fail "$1 needs a value"
      case $1 in
        --tenants) tenants=$2 ;;
        --bin) binary=$(realpath -e "$2") || fail "$2 is not there" ;;
        --runs) runs=$2 ;;
        --keep) keep=$2 ;;
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
command -v hyperfine > /dev/null || fail 'hyperfine is missing: apt install hyperfine'
[[ -x $binary ]] || fail "$binary is missing: cargo build --release, or --bin FILE"

if [[ $keep ]]; then
  folder=$keep
  mkdir -p "$folder"
else
  folder=$(mktemp -d)
  trap 'rm -rf "$folder"' EXIT
fi

# What no two tenants have in common, without a call for each: a hash by awk would need gawk.
secret() { printf '%08x%08x%08x%08x' "$((RANDOM * RANDOM))" "$1" "$((RANDOM * RANDOM))" "$((RANDOM * RANDOM))"; }

template=$(< "$root/fixtures/sixty/docker-compose.customer.template.yml")
printf '%s\n' "$template" > "$folder/docker-compose.customer.template.yml"
mkdir -p "$folder/scripts"
cp "$root/fixtures/sixty/scripts/init-db.sql" "$folder/scripts/"
RANDOM=1
for ((index = 0; index < tenants; index++)); do
  id=customer-$index
  mkdir -p "$folder/customers/$id"
  text=${template//'{{CUSTOMER_ID}}'/$id}
  printf '%s\n' "${text//'{{CUSTOMER_NAME}}'/Customer $index}" > "$folder/customers/$id/docker-compose.yml"
  cat > "$folder/customers/$id/.env" << ENV
CUSTOMER_ID=$id
APP_PORT=$((3001 + index))
DB_PORT=$((15433 + index))
REDIS_PORT=$((26380 + index))
DB_NAME=saas_customer_$index
DB_USER=saas_customer_${index}_user
DB_PASSWORD=$(secret "$index")
REDIS_PASSWORD=$(secret "$index")
JWT_SECRET=$(secret "$index")
ENV
done
# One fault of each kind, so that there is something to find.
last=customer-$((tenants - 1))
sed -i 's/^APP_PORT=.*/APP_PORT=3001/' "$folder/customers/$last/.env"
sed -i 's/postgres:15/postgres:14/' "$folder/customers/$last/docker-compose.yml"

cd "$folder"
only=(check --isolated --exit-zero -f concise --select "project/host-port-collision,project/tenant-drift")
"$binary" "${only[@]}"
mean() {
  hyperfine -N --style none --warmup 1 --runs "$runs" --export-csv "$folder/times" "$1" > /dev/null 2>&1 || fail "cannot run: $1"
  tail -n 1 "$folder/times" | awk -F , '{ print $(NF - 6) }'
}
printf '%s tenants, default profile: %s s\n' "$tenants" "$(mean "$(printf '%q ' "$binary") check --isolated --exit-zero -f concise")"
printf '%s tenants, the rules on fleets alone: %s s\n' "$tenants" \
  "$(mean "$(printf '%q ' "$binary") check --isolated --exit-zero -f concise --select project")"
