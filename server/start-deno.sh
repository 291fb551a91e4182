#!/bin/sh
# Starts the server on Deno with the least that it can do with: its own port, its own files, the two runtimes it
# launches, the shell that guards them, and the compiler; and of the environment, its own settings. Run it from the
# project's folder.
set -eu
data=${DATA_DIR:-data}
mkdir -p "$data"
# A port that is none is for the server to refuse, in its own words.
case ${PORT:-} in '' | *[!0-9]*) port=8080 ;; *) port=$PORT ;; esac

for name in $(sed -n 's/^  \([A-Z_]*\): .*/\1/p' server/settings.ts); do
  eval "value=\${$name-}"
  [ -z "$value" ] || set -- "$@" "$name=$value"
done

exec env -i "$@" DENO_DIR="$data/deno" node_modules/deno/deno run --no-prompt --no-lock --no-remote \
  --allow-net="${HOST:-127.0.0.1}:$port" \
  --allow-read=".,$data" \
  --allow-write="$data" \
  --allow-env \
  --allow-sys=cpus,systemMemoryInfo \
  --allow-run="/bin/sh,node_modules/deno/deno,node_modules/node/bin/node,$(ls node_modules/@esbuild/*/bin/esbuild)" \
  server/main.ts
