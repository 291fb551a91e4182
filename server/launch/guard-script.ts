/** What the guard's shell does. It takes orders, a line each, and answers in lines: see guard-shell.ts. */
import { BUSY } from './bounds.ts';

// `read` from /proc starts no further process. The name in `stat` is whatever the program chose, line breaks included,
// so all of its lines are read, and only what follows the name is passed on, with the memory from `statm`. `echo` would
// interpret backslashes. Each program process leads its own group, so its group is killed with it. For a jail,
// bubblewrap starts the first process of a namespace, which starts the program's. That first one waits for bubblewrap
// before it asks to die with it: killed in between, bubblewrap would leave it waiting for ever. So it is stopped, and
// killed with what it has started. Of a bubblewrap that died with the server, what is left is known by the folder that
// it was to show. Of a process that starts others by itself, its whole tree is passed on, with what each has of the memory
// that they share; in a jail, the process above it has those of which the parent has ended, and its network has the sockets
// of them all. Cores are counted from 0 among those that this shell may use.
export const SCRIPT = `
trap '' INT TERM HUP
has=0; read -r _ < /proc/self/statm && has=1
echo "$(getconf PAGESIZE) $(getconf CLK_TCK) $has"
while read -r key cores; do [ "$key" = Cpus_allowed_list: ] && break; done < /proc/self/status
pids=" " trees=" "
usage() {
  stat=; read -r _ rss _ < /proc/$1/statm &&
    while read -r part; do stat="$stat $part"; done < /proc/$1/stat
}
tree() {
  usage $1 || return
  all=$1 todo=$1 name=
  rest=\${stat##*\\) }; parent=\${rest#* }; parent=\${parent%% *}
  read -r name < /proc/$parent/comm
  [ "$name" = bwrap ] && all= todo=$parent && read -r _ _ used < /proc/$1/net/sockstat && echo "s $1 $used"
  while [ -n "$todo" ]; do
    next=
    for p in $todo; do
      for file in /proc/$p/task/*/children; do started=; read -r started < $file; next="$next $started"; done
    done
    todo=\${next# } all="$all $next"
  done
  for p in $all; do
    pss=; while read -r key kb _; do [ "$key" = Pss: ] && pss=$kb && break; done < /proc/$p/smaps_rollup
    usage $p && printf '%s\\n' "c $1 $p \${pss:--} $rss \${stat##*\\) }"
  done
}
end() {
  kill -STOP "$1"
  started=; read -r started < /proc/$1/task/$1/children
  kill -9 "-$1" || kill -9 "$1"
  [ -z "$started" ] || kill -9 $started
}
pin() {
  left=$2
  for part in $(echo "$cores" | tr , ' '); do
    from=\${part%-*} to=\${part#*-}
    [ $left -gt $((to - from)) ] || { taskset -acp $((from + left)) $1; return; }
    left=$((left - to + from - 1))
  done
}
while read -r op pid nice; do
  case $op in
    +) pids="$pids$pid "; [ -z "$nice" ] || trees="$trees$pid " ;;
    -) pids="\${pids%% $pid *} \${pids#* $pid }"
      case $trees in *" $pid "*) trees="\${trees%% $pid *} \${trees#* $pid }" ;; esac ;;
    \\?) for p in $pids; do
      usage $p && printf '%s\\n' "$p $rss \${stat##*\\) }"
    done
    for root in $trees; do tree $root; done; echo . ;;
    m) pss=; while read -r key kb _; do [ "$key" = Pss: ] && pss=$kb; done < /proc/$pid/smaps_rollup
      [ -z "$pss" ] || echo "m $pid $pss" ;;
    t) kill "$pid" ;;
    k) end "$pid" ;;
    g) kill -9 "-$pid" ;;
    y) echo "$nice" > /proc/$pid/autogroup ;;
    n) echo ${BUSY.nice} > /proc/$pid/autogroup
      { renice -n ${BUSY.nice} -g $pid || renice -n ${BUSY.nice} -p $pid; } > /dev/null ;;
    o) pinned=$(pin $pid $nice) && [ -n "$pinned" ] && echo "o $pid" ;;
    j) first=; inner=; name=bwrap
      read -r first _ < /proc/$pid/task/$pid/children
      read -r inner _ < /proc/$first/task/$first/children
      read -r name < /proc/$inner/comm
      [ "$name" = bwrap ] || echo "j $pid $inner" ;;
  esac
done 2>/dev/null
for p in $pids; do end "$p"; done 2>/dev/null
[ -z "$1" ] || for file in $(grep -laF -- "$1" /proc/[0-9]*/cmdline); do
  p=\${file#/proc/}; p=\${p%/cmdline}; name=
  read -r name < /proc/$p/comm; [ "$name" = bwrap ] && kill -9 "$p"
done 2>/dev/null
[ -z "$1" ] || rm -rf -- "$1"
`;
