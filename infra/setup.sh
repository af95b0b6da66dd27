#!/usr/bin/env bash
# Makes sure that the tools are there which the Makefile needs; does nothing, and says nothing, when they are.
#
#   infra/setup.sh run         what `make run` needs: a C compiler, PostgreSQL, ministack
#   infra/setup.sh test        what `make test` needs: all tools but the last two of these
#   infra/setup.sh NAME...     single tools: compiler postgres ministack sam checks lambda browser cargo-deny coverage mutants
#
# What it finds or installs is reached by fixed names below ${OFFICE_HOURS_CACHE:-.local}:
#
#   postgres/                  PostgreSQL's own programs (initdb, postgres), wherever the system keeps them
#   venvs/NAME/bin/            Python tools, from infra/python/NAME.txt; one environment per lock file and Python
#   tools/bin/                 cargo tools
#   node/                      what drives the browser, from infra/node/package-lock.json
#   chromium                   the browser, wherever the system keeps it
#
# System packages are installed by apt when this runs as root; otherwise one line says what to type.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
cache=${OFFICE_HOURS_CACHE:-.local}
mkdir -p "$cache/venvs"
cache=$(cd "$cache" && pwd)

readonly postgres_oldest=15

say() { printf 'setup: %s\n' "$*" >&2; }
fail() {
  say "$*"
  exit 1
}

# Runs a command, keeps its output to itself, and shows it only when the command fails.
quietly() {
  local log
  log=$(mktemp)
  if "$@" >"$log" 2>&1; then
    rm -f "$log"
  else
    cat "$log" >&2
    rm -f "$log"
    return 1
  fi
}

# Installs system packages, or says what to type. The first argument says what is missing.
updated_apt=no
system_packages() {
  local missing=$1
  shift
  local command="apt-get install -y --no-install-recommends $*"
  command -v apt-get >/dev/null || fail "$missing is missing; install it with your package manager (Debian calls it: $*)"
  [[ $(id -u) -eq 0 ]] || fail "$missing is missing; type: sudo $command"
  say "installing $missing (apt: $*)"
  export DEBIAN_FRONTEND=noninteractive
  if [[ $updated_apt == no ]]; then
    quietly apt-get update || fail "apt-get update failed; $missing is missing; type: $command"
    updated_apt=yes
  fi
  # shellcheck disable=SC2086 # one word per package
  quietly $command || fail "$missing could not be installed; type: $command"
}

need_compiler() {
  command -v cargo >/dev/null || fail "Rust is missing; see https://rustup.rs"
  command -v cc >/dev/null || system_packages "a C compiler" gcc libc6-dev
}

# Prints the folder of PostgreSQL's programs, the newest version first. Debian keeps them off the PATH.
find_postgres() {
  local folder version
  for folder in $(printf '%s\n' /usr/lib/postgresql/*/bin /usr/pgsql-*/bin | sort -rV) ${PATH//:/ }; do
    [[ -x $folder/postgres && -x $folder/initdb ]] || continue
    version=$("$folder/postgres" --version 2>/dev/null | grep -oE '[0-9]+' | head -n 1) || continue
    if [[ $version -ge $postgres_oldest ]]; then
      printf '%s\n' "$folder"
      return 0
    fi
  done
  return 1
}

need_postgres() {
  local folder
  if ! folder=$(find_postgres); then
    # The package may start a cluster of its own on port 5432: ours listens on a socket of its own only.
    system_packages "PostgreSQL $postgres_oldest or newer" postgresql
    folder=$(find_postgres) || fail "the package postgresql has no version $postgres_oldest; install a newer PostgreSQL"
  fi
  ln -sfn "$folder" "$cache/postgres"
}

# Prints the first Python that is new enough and can make virtual environments.
find_python() {
  local minor=$1 python
  for python in python3 python3.14 python3.13 python3.12 python3.11 python3.10; do
    if "$python" -c "import sys, venv, ensurepip; sys.exit(sys.version_info < (3, $minor))" 2>/dev/null; then
      "$python" -c 'import sys; print(sys.executable)'
      return 0
    fi
  done
  return 1
}

# Makes the virtual environment `name` for a Python of at least 3.`minor`.
need_venv() {
  local name=$1 minor=$2 python venv lock=infra/python/$1.txt hash
  if ! python=$(find_python "$minor"); then
    system_packages "Python 3.$minor or newer with venv" python3 python3-venv
    python=$(find_python "$minor") || fail "$name needs Python 3.$minor or newer with venv; this system has $(python3 --version)"
  fi
  hash=$({ "$python" --version && cat "$lock"; } | sha256sum | cut -c1-12)
  venv=$cache/venvs/$name-$hash
  if [[ ! -e $venv/complete ]] || ! "$venv/bin/python" -c '' 2>/dev/null; then
    say "installing $name into ${venv#"$PWD"/}"
    rm -rf "$venv"
    quietly "$python" -m venv "$venv" || fail "no virtual environment could be made with $python; type: apt-get install python3-venv"
    # The lock file is complete, hence --no-deps. Wheels only: a source package would fetch what it is built with,
    # and nobody has pinned that.
    quietly "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-input \
      --require-hashes --no-deps --only-binary :all: -r "$lock" || fail "$name could not be installed (is the network there?)"
    touch "$venv/complete"
  fi
  ln -sfn "$name-$hash" "$cache/venvs/$name"
}

find_chromium() {
  command -v chromium || command -v chromium-browser || command -v google-chrome
}

# Makes sure of Chromium, Node.js and the library that drives the one from the other.
need_browser() {
  local browser hash folder
  browser=$(find_chromium) || {
    system_packages "Chromium" chromium
    browser=$(find_chromium) || fail "the package chromium brought no chromium"
  }
  ln -sfn "$browser" "$cache/chromium"
  command -v npm >/dev/null || system_packages "Node.js with npm" nodejs npm
  hash=$(cat infra/node/package-lock.json infra/node/package.json | sha256sum | cut -c1-12)
  folder=$cache/node-$hash
  if [[ ! -e $folder/complete ]]; then
    say "installing playwright-core into ${folder#"$PWD"/}"
    rm -rf "$folder"
    mkdir -p "$folder"
    cp infra/node/package.json infra/node/package-lock.json "$folder"
    quietly npm ci --prefix "$folder" --ignore-scripts --no-audit --no-fund || fail "playwright-core could not be installed (is the network there?)"
    touch "$folder/complete"
  fi
  ln -sfn "node-$hash" "$cache/node"
}

# Builds a cargo tool of exactly this version.
need_cargo_tool() {
  local name=$1 version=$2 tool=$cache/tools/bin/$1
  [[ $("$tool" --version 2>/dev/null) != *" $version" ]] || return 0
  say "building $name $version (a few minutes, once)"
  # A debug build takes a third of the time, and the tool itself hardly longer.
  env -u CARGO_TARGET_DIR cargo install --quiet --locked --debug --version "$version" \
    --root "$cache/tools" --no-track --force "$name" || fail "$name could not be built"
}

need() {
  case $1 in
    run) need_all compiler postgres ministack ;;
    test) need_all run checks sam lambda browser cargo-deny ;;
    compiler) need_compiler ;;
    postgres) need_postgres ;;
    ministack | sam | lambda) need_venv "$1" 10 ;;
    checks) need_venv "$1" 11 ;;
    browser) need_browser ;;
    cargo-deny) need_cargo_tool cargo-deny 0.20.2 ;;
    mutants)
      need_cargo_tool cargo-mutants 27.1.0
      command -v cargo-nextest >/dev/null || need_cargo_tool cargo-nextest 0.9.143
      ;;
    coverage) need_cargo_tool cargo-tarpaulin 0.37.5 ;;
    *) fail "unknown tool '$1'; known are: run test compiler postgres ministack sam checks lambda browser cargo-deny coverage mutants" ;;
  esac
}

need_all() {
  local what
  for what in "$@"; do
    need "$what"
  done
}

[[ $# -gt 0 ]] || fail "say what is needed: run or test"

# One at a time: two terminals may start at once.
if command -v flock >/dev/null; then
  exec 9>"$cache/setup.lock"
  flock 9
fi

need_all "$@"

