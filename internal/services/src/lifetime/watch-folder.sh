#!/bin/sh
# Owns the folder $1: makes it, then waits until the pipe on standard input closes, which happens when the
# owner asks for it and also when the owner is killed. Then ends every process that lives in the folder and
# removes it. Lines "+PID" name processes to end where there is no /proc; "-PID" takes one back.
# PIPE too: an owner that dies at once hears no "ready", and its folder must go all the same.
trap '' INT TERM HUP PIPE
folder=$1
case "$folder" in */vidnest-*) ;; *) exit 64 ;; esac
mkdir -m 700 "$folder" || exit 73
echo ready
pids=' '
while read -r line; do
  pid=${line#?}
  case "$line" in
    +*) pids="$pids$pid " ;;
    -*) pids=$(printf '%s' "$pids" | sed "s/ $pid / /") ;;
  esac
done

end_processes() {
  if [ ! -d /proc/self ]; then
    # shellcheck disable=SC2086
    [ -z "${pids# }" ] || kill -KILL $pids 2>/dev/null
    return
  fi
  # shellcheck disable=SC2012
  ls -l /proc/[0-9]*/cwd 2>/dev/null | while read -r entry; do
    case "$entry" in
      *" -> $folder" | *" -> $folder/"* | *" -> $folder (deleted)")
        pid=${entry##* /proc/}
        kill -KILL "${pid%%/*}" 2>/dev/null
        ;;
    esac
  done
}

attempt=0
while [ $attempt -lt 100 ]; do
  end_processes
  rm -rf "$folder" 2>/dev/null
  # A process that was still writing may have put a file back: look once more before believing it.
  [ -e "$folder" ] || { end_processes; [ -e "$folder" ] || exit 0; }
  attempt=$((attempt + 1))
  sleep 0.1
done
exit 75
