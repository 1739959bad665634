#!/bin/sh
# Makes a virtual environment and installs a requirements file with its lock:
#     make_env.sh FOLDER REQUIREMENTS LOCK VERSION [VERSION …]
# The first Python version that is found is used. A run that broke off is taken up again: the
# environment counts as done only once the stamp of its requirements stands in it.
set -eu
folder=$1 requirements=$2 lock=$3
shift 3
name=$(basename "$requirements")
stamp="$folder/.installed-$name-$(cat "$requirements" "$lock" | cksum | cut -d' ' -f1)"
[ -e "$stamp" ] && [ -x "$folder/bin/python" ] && exit 0
python=""
for version in "$@"; do
    python=$("$(dirname "$0")/find_python.sh" "$version" 2>/dev/null) && break
done
[ -n "$python" ] || python=$("$(dirname "$0")/find_python.sh" "$1")
free=$(df -Pk . | awk 'NR == 2 {print int($4 / 1024)}')
[ "$free" -ge 4000 ] || { echo "$folder needs 4000 MB of disk and $free MB are free. Make room, then run the same command again." >&2; exit 1; }
echo "→ $folder: installing $requirements with $python (a few minutes the first time)"
"$python" -m venv "$folder"
rm -f "$folder"/.installed-"$name"-*
"$folder/bin/python" -m pip install --quiet --disable-pip-version-check "pip==26.3" ||
    { echo "pip could not be installed into $folder. Check the connection, then run the same command again." >&2; exit 1; }
"$folder/bin/python" -m pip install --quiet --disable-pip-version-check \
    -r "$requirements" -c "$lock" ||
    { echo "A package of $requirements could not be installed: the reason stands above. Run the same command again to pick up from here." >&2; exit 1; }
touch "$stamp"
