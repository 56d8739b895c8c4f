#!/usr/bin/env bash
# Writes extension/content/vendor/mf2.js anew. Not a part of any check: run it by hand after a
# change here or of a version, look at the difference, and run tests/extension/test_cards.py.
set -euo pipefail
here="$(cd "$(dirname "$0")" && pwd)"
out="$here/../../../extension/content/vendor/mf2.js"
parser=2.0.6 esbuild=0.28.2
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cp "$here/entry.mjs" "$here/shim.mjs" "$work"
cd "$work"
npm init --yes >/dev/null
npm install --no-audit --no-fund --ignore-scripts --silent "microformats-parser@$parser" "esbuild@$esbuild"
command=(entry.mjs --bundle --minify --format=iife --target=es2022 --charset=utf8
    --legal-comments=none --alias:parse5=./shim.mjs)
node node_modules/esbuild/bin/esbuild "${command[@]}" --outfile=bundle.js --log-level=warning
source="node_modules/microformats-parser/dist/index.mjs"
{
    echo "/*! microformats-parser $parser, https://github.com/microformats/microformats-parser"
    echo " * with tests/tools/mf2/shim.mjs of Meetonce in the place of parse5. Not edited by hand:"
    echo " *   esbuild ${command[*]}"
    echo " * esbuild $esbuild; run tests/tools/mf2/build.sh to write it anew."
    echo " * sha256 of its dist/index.mjs: $(sha256sum "$source" | cut -d' ' -f1)"
    echo " * sha256 of what follows this comment: $(sha256sum bundle.js | cut -d' ' -f1)"
    echo " *"
    sed 's/^/ * /; s/ *$//' node_modules/microformats-parser/LICENSE
    echo " */"
    cat bundle.js
} >"$out"
wc -c "$out"
