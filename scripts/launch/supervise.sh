#!/bin/sh
# Becomes the program "$@", the leader of its own process group, and leaves a guard in that group: when the pipe
# on descriptor 3 closes, because the launcher is done with the program or was killed, the guard ends whatever
# is left of the group. Descriptor 4 is the guard's alone: a pipe that is open as long as anything of the group may be.
is_running() {
  case "$(cat "/proc/$1/stat" 2>/dev/null)" in *") Z "*) return 1 ;; esac
  kill -0 "$1"
}

(
  trap '' INT TERM HUP QUIT
  while read -r _; do :; done
  kill -s TERM -- "-$$"
  waited=0
  while [ $waited -lt 80 ] && is_running $$; do
    waited=$((waited + 1))
    sleep 0.1
  done
  kill -s KILL -- "-$$"
) <&3 3<&- >/dev/null 2>&1 &
exec "$@" 3<&- 4<&-
