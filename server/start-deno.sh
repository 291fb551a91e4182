#!/bin/sh
# Starts the server on Deno with the least permissions it needs: its port, its files, the two runtimes that it launches,
# the shell that guards them, setpriv that makes them die with the server, and the compiler. Of the environment it sees
# only its own settings. Run it from the project's folder.
set -eu
data=${DATA_DIR:-data}
why=$(mkdir -p -- "$data" 2>&1) || {
  echo "DATA_DIR=$data: cannot be used: $why" >&2
  exit 2
}
# The server reports an invalid port itself, with its own message.
case ${PORT:-} in '' | *[!0-9]* | ??????*) port=8080 ;; *) port=$PORT ;; esac
[ "$port" -le 65535 ] || port=8080
host=${HOST:-127.0.0.1}
case $host in *:*) host="[$host]" ;; esac

# In a Deno permission a comma ends a path, and two are one in it. As the first of a list, a path may begin with one.
allowed=$(printf '%s' "$data" | sed 's/,/,,/g')

for name in $(sed -n 's/^  \([A-Z_]*\): .*/\1/p' server/settings.ts); do
  eval "value=\${$name-}"
  [ -z "$value" ] || set -- "$@" "$name=$value"
done

run="/bin/sh,node_modules/deno/deno,node_modules/node/bin/node,$(ls node_modules/@esbuild/*/bin/esbuild)"
for file in /usr/bin/setpriv /bin/setpriv; do
  [ ! -x "$file" ] || run="$run,$file"
done

exec env -i "$@" DENO_DIR="$data/deno" node_modules/deno/deno run --no-prompt --no-lock --no-remote \
  --allow-net="$host:$port" \
  --allow-read="$allowed,." \
  --allow-write="$allowed" \
  --allow-env \
  --allow-sys=cpus,systemMemoryInfo \
  --allow-run="$run" \
  server/main.ts
