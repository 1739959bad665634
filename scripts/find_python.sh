#!/bin/sh
# Prints the command of a Python that runs and is of the version asked for: find_python.sh 3.10
# "python3.10" on PATH may be a shim that fails, so each candidate is run.
set -u
version=$1
works() {
    "$1" -c "import sys, venv, ensurepip; sys.exit(sys.version_info[:2] != tuple(map(int, '$version'.split('.'))))" \
        >/dev/null 2>&1
}
for candidate in "python$version" python3 python "$HOME"/.pyenv/versions/"$version"*/bin/python; do
    path=$(command -v "$candidate" 2>/dev/null) && works "$path" && { echo "$path"; exit 0; }
done
if command -v uv >/dev/null 2>&1; then
    path=$(uv python find "$version" 2>/dev/null || { uv python install -q "$version" && uv python find "$version"; }) &&
        works "$path" && { echo "$path"; exit 0; }
fi
echo "Python $version is not on this machine. Install it (with pyenv: pyenv install $version; with uv: uv python install $version; or your system's python$version and python$version-venv packages), then run the same command again." >&2
exit 1
