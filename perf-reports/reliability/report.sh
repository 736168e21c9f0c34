#!/usr/bin/env bash
# Runs the reliability tests and makes README.md beside this script from the figures they reached.
# The counts of CI are the default; these make them larger:
#   FLOODWALL_POWER_CUTS=50000 FLOODWALL_KILL_CYCLES=10000 FLOODWALL_PARSER_INPUTS=100000 FLOODWALL_TAMPERINGS=100000
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
export FLOODWALL_RELIABILITY_REPORT=${FLOODWALL_RELIABILITY_REPORT:-$(mktemp)}
: >"$FLOODWALL_RELIABILITY_REPORT"
start=$SECONDS
dotnet test -c Release --project "$here/../../tests/Floodwall.Reliability.Tests"
took=$((SECONDS - start))
{
    printf '# Reliability\n\n'
    printf 'Written by `perf-reports/reliability/report.sh` from what the tests reached, not from what they aim at. What the words mean: [docs/failure-model.md](../../docs/failure-model.md).\n\n'
    printf '| test | figure |\n| --- | --- |\n'
    sort "$FLOODWALL_RELIABILITY_REPORT" | sed 's/|/\\|/g; s/^\([^:]*\): \(.*\)$/| \1 | \2 |/'
    printf '\n%s, %s, %s cores; %s s for all tests, on a machine that may have had other work.\n' \
        "$(date -u '+%Y-%m-%d %H:%M UTC')" "$(uname -sm)" "$(nproc)" "$took"
} >"$here/README.md"
