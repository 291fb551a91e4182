#!/bin/sh
# Starts the server on Deno with the least permissions it needs: its port, its files, the runtimes that it launches,
# the shell that guards them, the tools that jail them and make them die with the server, and the compiler; with
# DATABASE_URL also the database, and the certificates that it names. Of the environment it sees only its own settings.
# Run it from the project's folder. With the argument `class` it listens on all addresses, may know them, and knows
# whether its output is a terminal with colours.
set -eu
command=${1-}
set --
sys=cpus,systemMemoryInfo,uid,umask
also=
if [ "$command" = class ]; then
  sys=$sys,networkInterfaces
  also='TERM NO_COLOR'
  # `::` is all addresses of both kinds, but a system may be without IPv6.
  everywhere=::
  [ "$(uname)" != Linux ] || [ -s /proc/net/if_inet6 ] || everywhere=0.0.0.0
  HOST=${HOST:-$everywhere}
fi
if [ -n "${DATABASE_URL:-}" ] && [ -n "${DATABASE_URL_FILE:-}" ]; then
  echo 'DATABASE_URL and DATABASE_URL_FILE: both are set. Set only one of them.' >&2
  exit 2
fi
# One of several servers tells the machine that it is on from others: see machineName in server/runs/cluster.
[ -z "${DATABASE_URL:-}${DATABASE_URL_FILE:-}" ] || sys=$sys,hostname
data=${DATA_DIR:-data}
why=$(mkdir -p -- "$data" 2>&1) || {
  echo "DATA_DIR=$data: cannot be used: $why" >&2
  exit 2
}
real=$(cd -- "$data" 2>&1 && pwd -P) || {
  echo "DATA_DIR=$data: cannot be used: $real" >&2
  exit 2
}
# The server reports an invalid port itself, with its own message.
case ${PORT:-} in '' | *[!0-9]* | ??????*) port=8080 ;; *) port=$PORT ;; esac
[ "$port" -le 65535 ] || port=8080
host=${HOST:-127.0.0.1}
case $host in *:*) host="[$host]" ;; esac

# The folder for programs that people write, which has links to the runtimes. It is the same at every start, and in the
# data folder if there is no temporary folder to write to: see server/launch/sandbox-folder.ts.
if [ -z "${SANDBOX_DIR:-}" ]; then
  SANDBOX_DIR=${TMPDIR:-/tmp}/playground-deno-$(id -u)-$(echo "$real" | cksum | tr -dc 0-9)
  mkdir -m 700 -- "$SANDBOX_DIR" 2> /dev/null || true
  [ -O "$SANDBOX_DIR" ] && [ -w "$SANDBOX_DIR" ] && [ ! -L "$SANDBOX_DIR" ] || SANDBOX_DIR=$real/sandbox
elif [ ! -e "$SANDBOX_DIR" ]; then
  # Not by the server: it may not look at the folders that contain it.
  why=$(mkdir -p -m 700 -- "$SANDBOX_DIR" 2>&1) || {
    echo "SANDBOX_DIR=$SANDBOX_DIR: cannot be used: $why" >&2
    exit 2
  }
fi
sandbox=$(printf '%s' "$SANDBOX_DIR" | sed 's/,/,,/g')
# A server that only answers requests executes no programs. It compiles them, on Node and on Python.
run=/bin/sh,node_modules/node/bin/node
# The Pythons that server/launch/pythons.ts looks for where system tools are, and what they are links to.
pythons=${PYTHON:-}
for folder in /usr/local/bin /usr/bin /opt/homebrew/bin; do
  [ -n "${PYTHON:-}" ] || for name in 3 3.15 3.14 3.13 3.12 3.11; do pythons="$pythons $folder/python$name"; done
  for name in 3.15t 3.14t 3.13t; do pythons="$pythons $folder/python$name"; done
done
for python in $pythons; do
  [ ! -x "$python" ] || run=$run,$python,$(readlink -f -- "$python" || echo "$python")
done
jail=
if [ "${ROLE:-}" != web ]; then
  run=$run,node_modules/deno/deno,$sandbox/runtime/deno,$sandbox/runtime/node
  jail=$(command -v bwrap || true)
fi
for tool in node_modules/@esbuild/*/bin/esbuild /usr/bin/setpriv /bin/setpriv $jail $(command -v setpriv); do
  [ ! -x "$tool" ] || run=$run,$tool
done

# In a Deno permission a comma ends a path, and two are one in it. As the first of a list, a path may begin with one.
allowed=$(printf '%s' "$data" | sed 's/,/,,/g')

# The socket for the operator's commands. A path with a comma cannot be allowed: then there is none.
net=$host:$port
case $real in *,*) ;; *) net=$net,unix:$real/server.sock ;; esac
# That of the process that starts others: see server/launch/beside.ts.
case $SANDBOX_DIR in *,*) ;; *) net=$net,unix:$SANDBOX_DIR/starter.sock ;; esac

# Prints the value of a parameter of DATABASE_URL, in which `%2C` stands for a comma.
parameter() {
  rest=$(printf '%s' "$DATABASE_URL" | tr '?&#' '\n\n\n' | sed -n "s/^$1=//p" | head -n 1 | tr + ' ')
  while case $rest in *%[0-9A-Fa-f][0-9A-Fa-f]*) ;; *) false ;; esac; do
    after=${rest#*%}
    code=${after%"${after#??}"}
    case $code in
      *[!0-9A-Fa-f]*) printf '%s%%' "${rest%%\%*}" && rest=$after ;;
      *) printf '%s%b' "${rest%%\%*}" "\\0$(printf %o "0x$code")" && rest=${after#??} ;;
    esac
  done
  printf '%s' "$rest"
}

# The database's host and port, and the files of certificates. The server itself may not read the file with its address.
if [ -n "${DATABASE_URL_FILE:-}" ]; then
  DATABASE_URL=$(cat -- "$DATABASE_URL_FILE" 2>&1) || {
    echo "DATABASE_URL_FILE=$DATABASE_URL_FILE: cannot be read: $DATABASE_URL" >&2
    exit 2
  }
fi
certificates=
case ${DATABASE_URL:-} in
  postgres://* | postgresql://*)
    place=${DATABASE_URL#*://}
    place=${place%%[/?#]*}
    place=${place##*@}
    case $place in *:[0-9]*[!]]) ;; *) case $place in *:[0-9]) ;; *) place=$place:5432 ;; esac ;; esac
    net=$net,$place
    for name in sslrootcert sslcert sslkey; do
      file=$(parameter $name | sed 's/,/,,/g')
      [ -z "$file" ] || certificates=$certificates,$file
    done
    ;;
esac

for name in $also $(sed -n 's/^  \([A-Z_]*\): .*/\1/p' server/settings.ts); do
  eval "value=\${$name-}"
  [ -z "$value" ] || set -- "$@" "$name=$value"
done

# Of other variables only the names, for a warning of those that look like settings.
others=$(env | sed -n 's/^\([A-Za-z][A-Za-z0-9_]*\)=.*/\1/p' | tr '\n' ' ')
set -- "$@" "OTHER_VARIABLES=$others"

exec env -i "$@" DENO_DIR="$data/deno" node_modules/deno/deno run --no-prompt --no-lock --no-remote \
  --allow-net="$net" \
  --allow-read="$allowed,$sandbox,.$certificates" \
  --allow-write="$allowed,$sandbox" \
  --allow-env \
  --allow-sys="$sys" \
  --allow-run="$run" \
  server/main.ts "$command"
