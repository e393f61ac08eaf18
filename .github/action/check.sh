#!/usr/bin/env bash
# Runs shipworthy once for action.yml: text for the log, JSON, SARIF, annotations, the summary of the step, outputs. Inputs come by the
# environment. The exit code of shipworthy is an output; the gate is a step of its own.
set -euo pipefail

refuse() {
  echo "::error title=shipworthy::$1"
  exit 2
}
# A value may not turn into a flag.
plain() {
  case "$2" in -*) refuse "the input $1 may not begin with a dash" ;; esac
}
random() {
  od -An -N16 -tx1 /dev/urandom | tr -d ' \n'
}
# Annotations and alerts need paths from the root of the repository, so that is where everything runs.
below() {
  case "$1" in
    /* | [A-Za-z]:[/\\]*) printf '%s' "$1" ;;
    *) if [ "$WORKING_DIRECTORY" = . ]; then printf '%s' "$1"; else printf '%s/%s' "${WORKING_DIRECTORY%/}" "$1"; fi ;;
  esac
}

WORKING_DIRECTORY=${WORKING_DIRECTORY:-.}
plain working-directory "$WORKING_DIRECTORY"
arguments=(check --no-progress --output-format full)
option() {
  if [ -n "$2" ]; then
    plain "$1" "$2"
    arguments+=("--$1" "$2")
  fi
}
file() {
  if [ -n "$2" ]; then
    plain "$1" "$2"
    arguments+=("--$1" "$(below "$2")")
  fi
}
file config "$CONFIG"
file baseline "$BASELINE"
option profile "$PROFILE"
option fail-on "$FAIL_ON"
option min-severity "$MIN_SEVERITY"
option min-confidence "$MIN_CONFIDENCE"
option select "$SELECT"
option ignore "$IGNORE"
if [ "$ALLOW_EMPTY" = true ]; then
  arguments+=(--allow-empty)
fi

# The commit that a change is measured from: of a pull request the branch that it goes to, of a push what was there before.
if [ "$ONLY_CHANGED" = true ]; then
  since=
  if [ -n "$BASE_REF" ]; then
    since=refs/remotes/origin/$BASE_REF
    wanted=+refs/heads/$BASE_REF:$since
  elif [ -n "${BEFORE//0/}" ]; then
    since=$BEFORE
    wanted=$BEFORE
  fi
  if [ -z "$since" ]; then
    echo '::notice title=shipworthy::there is no change to compare with, so everything is checked'
  else
    plain only-changed "$since"
    git rev-parse --quiet --verify "$since^{commit}" > /dev/null || git fetch --quiet --no-tags --depth=1 origin "$wanted" \
      || refuse "only-changed needs the commit $since: check out with fetch-depth: 0"
    arguments+=(--since "$since")
  fi
fi

targets=()
while IFS= read -r path || [ -n "$path" ]; do
  path=${path%$'\r'}
  if [ -n "$path" ]; then
    plain paths "$path"
    targets+=("$(below "$path")")
  fi
done <<< "$PATHS"
if [ "${#targets[@]}" -eq 0 ]; then
  refuse 'the input paths is empty'
fi

reports=$(mktemp -d "$RUNNER_TEMP/shipworthy-report.XXXXXX")
for format in json sarif github markdown; do
  arguments+=(--output "$format=$reports/$format")
done
report=
if [ -n "$REPORT_HTML" ]; then
  plain report-html "$REPORT_HTML"
  report=$(below "$REPORT_HTML")
  arguments+=(--output "html=$report")
fi

# What stands in a checked file must not be read as a workflow command.
token=$(random)
echo "::stop-commands::$token"
code=0
"$BINARY" "${arguments[@]}" -- "${targets[@]}" || code=$?
echo
echo "::$token::"

if [ "$ANNOTATIONS" = true ] && [ -f "$reports/github" ]; then
  cat "$reports/github"
fi
# The report is below 1 MiB, which is what a step may write.
if [ "$SUMMARY" = true ] && [ -f "$reports/markdown" ]; then
  cat "$reports/markdown" >> "$GITHUB_STEP_SUMMARY"
fi

# A delimiter that no value can know keeps a path with a line break from adding outputs.
delimiter=$(random)
output() {
  printf '%s<<%s\n%s\n%s\n' "$1" "$delimiter" "$2" "$delimiter" >> "$GITHUB_OUTPUT"
}
count() {
  sed -n "/\"summary\": {/,/^  }/s/^ *\"$1\": \([0-9][0-9]*\),*\$/\1/p" "$reports/json"
}
output exit-code "$code"
output version "$("$BINARY" --version | sed 's/^shipworthy //')"
if [ -f "$reports/json" ]; then
  output json-file "$reports/json"
  for name in findings critical high medium low info; do
    output "$name" "$(count "$name")"
  done
fi
if [ -f "$reports/sarif" ]; then
  output sarif-file "$reports/sarif"
fi
if [ -n "$report" ] && [ -f "$report" ]; then
  output report-file "$report"
fi
