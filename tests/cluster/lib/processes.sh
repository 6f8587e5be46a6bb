# shellcheck shell=bash
# Starts the parts of the cluster inside its network namespace and ends them by their recorded process id.

# The parts in the order in which they start.
readonly PARTS=(etcd kube-apiserver kube-controller-manager kube-scheduler containerd kubelet kube-proxy)

# start_part NAME COMMAND…: the id is kept with the process's start time, so that a number which the
# kernel has given to someone else is never taken for ours.
start_part() {
  local name=$1 pid
  shift
  step "starting $name"
  setsid nsenter --net="$NETNS_PATH" -- "$@" >>"$LOGS/$name.log" 2>&1 </dev/null 9>&- &
  pid=$!
  disown "$pid"
  printf '%s %s\n' "$pid" "$(started_at "$pid")" >"$PIDS/$name"
}

# A process's start in clock ticks since boot: the 22nd field, counted after the name in brackets.
started_at() {
  sed 's/.*) //' "/proc/$1/stat" 2>/dev/null | cut -d' ' -f20
}

# Prints the process id of a part that lives.
part_pid() {
  local pid start
  if [[ ! -s $PIDS/$1 ]]; then return 1; fi
  read -r pid start <"$PIDS/$1"
  if [[ -z $start || $(started_at "$pid") != "$start" ]]; then return 1; fi
  if grep -q '^State:[[:space:]]*Z' "/proc/$pid/status" 2>/dev/null; then return 1; fi
  printf '%s\n' "$pid"
}

# Prints the first part that was started and is no more.
dead_part() {
  local name
  for name in "${PARTS[@]}"; do
    if [[ -e $PIDS/$name ]] && ! part_pid "$name" >/dev/null; then
      printf '%s\n' "$name"
      return
    fi
  done
  return 1
}

all_parts_alive() {
  local name
  for name in "${PARTS[@]}"; do
    part_pid "$name" >/dev/null || return 1
  done
}

# The API server would wait a minute for its clients; nothing of its data is kept, so it gets two seconds.
stop_part() {
  local name=$1 pid end=$((SECONDS + 2))
  if pid=$(part_pid "$name"); then
    kill -TERM "$pid" 2>/dev/null || true
    while part_pid "$name" >/dev/null; do
      if ((SECONDS >= end)); then kill -KILL "$pid" 2>/dev/null || true; fi
      sleep 0.1
    done
  fi
  rm -f "$PIDS/$name"
}

# containerd's shims outlive it by design; ours are those that were started for our socket. Where each
# listens is written in its bundle.
kill_shims() {
  local cmdline address
  for cmdline in /proc/[0-9]*/cmdline; do
    if tr '\0' ' ' 2>/dev/null <"$cmdline" | grep -q "^[^ ]*containerd-shim.* -address $CONTAINERD_SOCKET "; then
      kill -KILL "$(basename "$(dirname "$cmdline")")" 2>/dev/null || true
    fi
  done
  for address in "$STATE"/containerd/state/io.containerd.runtime.v2.task/k8s.io/*/address; do
    if [[ -f $address ]]; then
      address=$(<"$address")
      rm -f "${address#unix://}"
    fi
  done
}

# The end of the log that the failure is told in: the dead part's, or when all live, of each.
show_logs() {
  local name
  if name=$(dead_part); then
    show_log "$name" 20
    return
  fi
  for name in "${PARTS[@]}"; do show_log "$name" 6; done
}

show_log() {
  if [[ -s $LOGS/$1.log ]]; then
    printf -- '--- the end of %s\n' "$LOGS/$1.log" >&2
    tail -n "$2" "$LOGS/$1.log" | cut -c1-300 >&2
  fi
}

# Ends and removes everything but the logs. Works on any half-made state, so it never stops on an error.
stop_cluster() {
  local name
  for name in kube-proxy kubelet kube-scheduler kube-controller-manager kube-apiserver etcd; do
    stop_part "$name"
  done
  kill_pods
  kill_shims
  stop_part containerd
  remove_mounts
  remove_network
  remove_cgroup
  remove_fixed_places
  restore_settings
  find "$STATE" -mindepth 1 -maxdepth 1 ! -name log -exec rm -rf {} +
}
